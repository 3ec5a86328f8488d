import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {modulesPath} from '../cli/flags.ts'
import {findingsExit, ProsodyModsError} from '../errors.ts'
import type {BootRequest} from '../operations/boot/boot.ts'
import type {check as Operation} from '../operations/check/check.ts'
import {renderCheck, renderProblems} from '../render/check.ts'

/** Brings the parser with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/check/check.ts')).check
}

export default defineCommand({
  summary: "tell whether the modules can work with the project's Prosody",
  description: `Compares digests, looks for all that modules need, searches files as Prosody does, and reads the code for what the target's Prosody and Lua lack. Only files are read. --boot also starts a Prosody, on a temporary configuration on loopback with all modules enabled where they belong, and tells which it loads and why not the others. The configuration is read, and never run, where there is one: --config, what image.config of the manifest names, or beside the manifest prosody.cfg.lua, conf.d/ and the .env of docker-jitsi-meet. It is compared with what is installed: modules that are enabled and not there, options that nothing reads or of a wrong type; and a whole tree is judged by the modules that are enabled. Exits with 6 where there are errors: warnings and notes are told.`,
  examples: [
    'prosody-mods check',
    'prosody-mods check --json',
    'prosody-mods check --config /etc/prosody/prosody.cfg.lua',
    'prosody-mods check --config deploy/prosody.cfg.lua --config deploy/.env',
    'prosody-mods check --boot',
    'prosody-mods check --boot --root /srv/trixie',
  ],
  flags: {
    'modules-path': modulesPath,
    config: {
      type: 'list',
      value: '<file>',
      completes: ['files'],
      description: 'the configuration to look at, read and not run; may be given more than once',
    },
    all: {
      type: 'switch',
      description: 'tell each problem by itself, and with --boot each module that was loaded',
    },
    boot: {type: 'switch', description: 'start a Prosody and see which modules it loads'},
    prosody: {
      type: 'text',
      value: '<program>',
      completes: ['files'],
      description: 'with --boot, the Prosody to start in place of the one on the PATH',
    },
    root: {
      type: 'text',
      value: '<folder>',
      completes: ['folders'],
      description: 'with --boot, root filesystem in which that program is; only root can enter one',
    },
  },
  async run({flags}, environment) {
    const check = await operation()
    const path = flags['modules-path']
    const config = flags.config?.map((path) => resolve(path))
    const request = {
      boot: bootRequest(flags),
      config,
      ...(path === undefined ? {} : {modulesPath: resolve(path)}),
    }
    const result = await check(request, environment)
    return {
      json: result,
      exitCode: result.errors > 0 ? findingsExit : 0,
      text: () => renderCheck(result, flags.all),
      quiet: () => renderProblems(result, flags.all),
    }
  },
})

interface BootFlags {
  readonly boot: boolean
  readonly prosody: string | undefined
  readonly root: string | undefined
}

function bootRequest({boot, prosody, root}: BootFlags): BootRequest | undefined {
  if (boot) {
    const isPath = root === undefined && prosody?.includes('/') === true
    return {prosody: isPath ? resolve(prosody) : prosody, root: root === undefined ? root : resolve(root)}
  }
  const lost = prosody === undefined ? '--root' : '--prosody'
  if (prosody === undefined && root === undefined) return undefined
  throw new ProsodyModsError('USAGE', `${lost} is about --boot, which is not given`, {
    hint: 'add --boot to start that Prosody; which line modules are for stands in prosody-mods.json',
  })
}
