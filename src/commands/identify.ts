import {defineCommand} from '../cli/definition.ts'
import {allowPath, dryRun, offline} from '../cli/flags.ts'
import type {identify as Operation} from '../operations/identify/identify.ts'
import {renderIdentify} from '../render/identify/text.ts'
import {roomOf} from '../render/room.ts'

/** Brings adding with it, and fetching with that, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/identify/identify.ts')).identify
}

export default defineCommand({
  summary: 'tell which modules of which releases lie in a folder',
  description: `Files are compared by digest with every release that the registry knows; nothing is asked of any network.
With --adopt, modules that are exactly a release's go into the project's manifest, lockfile and context, as "add" does it; the rest is listed with what to do about it.`,
  examples: [
    'prosody-mods identify /usr/share/jitsi-meet/prosody-plugins',
    'prosody-mods identify ./custom-plugins --json',
    'prosody-mods identify ./custom-plugins --adopt --dry-run',
    'prosody-mods identify ./custom-plugins --adopt --offline',
  ],
  operands: {
    name: 'folder',
    description: 'a folder with modules, at any depth',
    required: true,
    many: false,
    completes: ['folders'],
  },
  flags: {
    adopt: {type: 'switch', description: 'add to the project what is exactly of a release'},
    offline,
    'allow-path': allowPath,
    'dry-run': dryRun,
  },
  async run({flags, operands}, environment) {
    const identify = await operation()
    const result = await identify(
      {
        folder: operands[0] ?? '',
        adopt: flags.adopt,
        offline: flags.offline,
        dryRun: flags['dry-run'],
      },
      environment,
    )
    return {json: result, text: () => renderIdentify(result, environment.cwd, roomOf(true).columns)}
  },
})
