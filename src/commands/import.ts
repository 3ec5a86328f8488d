import {ProsodyModsError} from '../errors.ts'
import {defineCommand} from '../cli/definition.ts'
import {all, dryRun, offline} from '../cli/flags.ts'
import type {importInput as Operation} from '../operations/import/import.ts'
import {renderImport, renderOpen} from '../render/import.ts'
import {roomOf} from '../render/room.ts'

/** Brings the readers of Dockerfiles and shells with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/import/import.ts')).importInput
}

export default defineCommand({
  summary: 'take over what a Dockerfile or a script installs',
  description: `Reads which modules a Dockerfile or a shell script fetches, and how: curl and wget, ADD, git and hg, archives, prosodyctl, luarocks, packages. They go into manifest, lockfile and context as "add" does it, and the Dockerfile gets two COPY lines in place of what fetched them. Every line is accounted for. Nothing of the input is run.
Where the folder of the Dockerfile is in no project, one is made.`,
  examples: [
    'prosody-mods import Dockerfile --dry-run',
    'prosody-mods import Dockerfile',
    'prosody-mods import Dockerfile --take smacks --take http_upload_external',
    'prosody-mods import Dockerfile --run --build-arg JITSI_VERSION=10888',
    'prosody-mods import install-modules.sh --strict',
  ],
  operands: {
    name: 'file',
    description: 'a Dockerfile, a shell script, an .env of docker-jitsi-meet, or a folder of modules',
    required: true,
    many: false,
    completes: ['files'],
  },
  flags: {
    take: {
      type: 'list',
      value: '<module>',
      completes: ['modules'],
      description:
        "of a repository that is fetched whole, take this module, or all of them ('*'); may be given several times",
    },
    'build-arg': {
      type: 'list',
      value: '<name=value>',
      description: 'what "docker build --build-arg" gives a build argument; may be given several times',
    },
    any: {
      type: 'switch',
      description:
        'look for addresses of modules alone, in whatever text: Ansible, Helm, Nomad, Nix, YunoHost',
    },
    run: {
      type: 'switch',
      description:
        'give the Dockerfile a stage that installs the modules from the lockfile, in place of copying them from the build context',
    },
    strict: {type: 'switch', description: 'exit with 6 where a line was not understood'},
    verify: {
      type: 'switch',
      description: 'fetch what the input would fetch, too, and compare it file by file',
    },
    prosody: {
      type: 'text',
      value: '<line>',
      completes: ['lines'],
      description: 'of a new project: release line of the Prosody in the image (default: what is found)',
    },
    debian: {
      type: 'text',
      value: '<suite>',
      completes: ['suites'],
      description: 'of a new project: Debian suite of the image (default: what is found)',
    },
    all,
    offline,
    'dry-run': dryRun,
  },
  async run({flags, operands}, environment) {
    const result = await (
      await operation()
    )(
      {
        file: operands[0] ?? '',
        any: flags.any,
        run: flags.run,
        take: flags.take ?? [],
        buildArgs: buildArgsOf(flags['build-arg'] ?? []),
        ...(flags.prosody === undefined ? {} : {prosody: flags.prosody}),
        ...(flags.debian === undefined ? {} : {debian: flags.debian}),
        offline: flags.offline,
        dryRun: flags['dry-run'],
        force: false,
        verify: flags.verify,
      },
      environment,
    )
    const again = withoutDryRun(operands[0] ?? '', flags)
    const isOpen = result.lines.some(({state}) => state === 'not-understood')
    return {
      json: result,
      text: () => renderImport(result, roomOf(flags.all), again),
      quiet: () =>
        flags['dry-run']
          ? renderImport(result, roomOf(flags.all), again)
          : renderOpen(result, roomOf(flags.all)),
      ...(flags.strict && isOpen ? {exitCode: 6} : {}),
    }
  },
})

interface Given {
  readonly any: boolean
  readonly take: readonly string[] | undefined
  readonly 'build-arg': readonly string[] | undefined
  readonly run: boolean
  readonly strict: boolean
  readonly verify: boolean
  readonly prosody: string | undefined
  readonly debian: string | undefined
  readonly offline: boolean
}

/** The words that were given, without --dry-run. */
function withoutDryRun(file: string, flags: Given): string[] {
  const switches = (['any', 'run', 'strict', 'verify', 'offline'] as const).filter((name) => flags[name])
  const texts = (['prosody', 'debian'] as const).flatMap((name) => {
    const value = flags[name]
    return value === undefined ? [] : [`--${name}`, value]
  })
  const lists = (['take', 'build-arg'] as const).flatMap((name) =>
    (flags[name] ?? []).flatMap((value) => [`--${name}`, value]),
  )
  return ['import', file, ...switches.map((name) => `--${name}`), ...lists, ...texts]
}

/** Throws USAGE for what is no `name=value`. */
function buildArgsOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? []
      if (name === undefined || value === undefined)
        throw new ProsodyModsError('USAGE', `--build-arg ${text}: there is no name and value in it`, {
          hint: 'write it as docker build takes it: --build-arg JITSI_VERSION=10888',
        })
      return [name, value]
    }),
  )
}
