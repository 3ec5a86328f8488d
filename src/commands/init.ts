import {defineCommand} from '../cli/definition.ts'
import {ProsodyModsError} from '../errors.ts'
import {init} from '../operations/init/init.ts'
import {dryRun} from '../cli/flags.ts'
import {renderInit} from '../render/write.ts'

function jitsiOf(flags: {readonly for: string | undefined; readonly version: string | undefined}): {
  readonly jitsi?: {readonly version: string | undefined}
} {
  const {for: what, version} = flags
  if (what === 'docker-jitsi-meet') return {jitsi: {version}}
  const hint =
    'prosody-mods init --for docker-jitsi-meet --version stable-10888; without --for, the project is for an image of your own'
  if (what !== undefined)
    throw new ProsodyModsError('USAGE', `--for: expected docker-jitsi-meet, got ${JSON.stringify(what)}`, {
      hint,
      details: {flag: '--for'},
    })
  if (version !== undefined)
    throw new ProsodyModsError('USAGE', '--version goes with --for docker-jitsi-meet', {
      hint,
      details: {flag: '--version'},
    })
  return {}
}

export default defineCommand({
  summary: 'make a project: manifest, lockfile and Prosody configuration',
  tells: 'success',
  description:
    'Writes prosody-mods.json, an empty prosody-mods.lock.json and conf.d/prosody-mods.cfg.lua into the folder. Commit the first two. .gitattributes gets the lines that keep Git from changing line ends, and where there is a Dockerfile, .dockerignore those that let modules through; what stands there stays. What the project is for is taken from what a Dockerfile starts from, what Compose runs, or, where the folder has neither, the Prosody of this machine.',
  examples: [
    'prosody-mods init',
    'prosody-mods init -C my-image --prosody 0.12 --debian bookworm',
    'prosody-mods init --for docker-jitsi-meet --version stable-10888',
  ],
  insteadOfOperands: (words) => `to make it in that folder: prosody-mods init -C ${words}`,
  flags: {
    for: {
      type: 'text',
      value: '<deployment>',
      values: ['docker-jitsi-meet'],
      description: 'what the modules go into, where that is no image of yours: docker-jitsi-meet',
    },
    version: {
      type: 'text',
      value: '<tag>',
      description:
        'with --for: its release, such as stable-10888 (default: that of .env or Compose, or the newest)',
    },
    prosody: {
      type: 'text',
      value: '<line>',
      completes: ['lines'],
      description:
        'release line of the Prosody in the image (default: what is found, or the one of the suite)',
    },
    debian: {
      type: 'text',
      value: '<suite>',
      completes: ['suites'],
      description: 'Debian suite of the image (default: what is found, or trixie)',
    },
    'modules-path': {
      type: 'text',
      value: '<folder>',
      completes: ['folders'],
      description:
        'folder of the image that prosody-modules/ is copied to (default /usr/local/lib/prosody-mods)',
    },
    'dry-run': dryRun,
  },
  async run({flags}, environment) {
    const result = await init(
      {
        dryRun: flags['dry-run'],
        ...jitsiOf(flags),
        ...(flags.prosody === undefined ? {} : {prosody: flags.prosody}),
        ...(flags.debian === undefined ? {} : {debian: flags.debian}),
        ...(flags['modules-path'] === undefined ? {} : {modulesPath: flags['modules-path']}),
      },
      environment,
    )
    return {json: result, text: () => renderInit(result)}
  },
})
