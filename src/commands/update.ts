import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, dryRun, force, offline} from '../cli/flags.ts'
import {reportFormatOf} from '../cli/report-format.ts'
import {ProsodyModsError} from '../errors.ts'
import type {UpdateRequest, update as Operation} from '../operations/update.ts'
import {askForSome, canAsk} from '../render/ask.ts'
import type {Environment} from '../workbench/environment.ts'
import {reportFlags, reportOutput} from './report-output.ts'
import {renderUpdate} from '../render/versions.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/update.ts')).update
}

/** Throws USAGE where there is nobody to ask. */
function chooser(json: boolean, {env}: Environment): UpdateRequest['choose'] {
  if (json || !canAsk(env)) {
    throw new ProsodyModsError('USAGE', '--interactive asks on a terminal, and there is none to ask on', {
      hint: 'name the modules: prosody-mods update muc_moderation',
    })
  }
  return async (offers) => {
    const rows = offers.map(({modules, from, to}) => [modules.join(', '), `${from} → ${to}`] as const)
    const chosen = await askForSome('These modules can move:', rows)
    return offers.filter((_, at) => chosen.includes(at))
  }
}

export default defineCommand({
  summary: 'move modules to the newest release that the manifest admits',
  tells: 'success',
  description:
    'The manifest stays as it is: a version in it that is no range holds its module where it is. Modules of one flat tree, as Jitsi has, move together.',
  examples: [
    'prosody-mods update',
    'prosody-mods update jitsi --dry-run',
    'prosody-mods update muc_moderation',
    'prosody-mods update --interactive',
  ],
  operands: {
    name: 'module',
    description: 'modules or sources; none for everything',
    required: false,
    many: true,
    completes: ['installed'],
    addresses: 'spec',
  },
  flags: {
    interactive: {
      type: 'switch',
      char: 'i',
      description: 'list what can move, and ask on the terminal which of it shall',
    },
    offline,
    'allow-path': allowPath,
    force,
    'dry-run': dryRun,
    ...reportFlags,
  },
  async run({flags, operands}, environment) {
    const format = reportFormatOf(flags.format)
    const choose = flags.interactive ? chooser(flags.json, environment) : undefined
    const update = await operation()
    let wasAsked = false
    const result = await update(
      {
        specs: operands,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        ...(choose === undefined
          ? {}
          : {
              choose: (offers) => {
                wasAsked = true
                return choose(offers)
              },
            }),
        config: flags.config?.map((path) => resolve(path)),
      },
      environment,
    )
    const text = (): string => renderUpdate(result, {all: flags.all}, wasAsked)
    return reportOutput(format, {result, ...result, text}, flags['exit-code'])
  },
})
