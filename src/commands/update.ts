import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, dryRun, force, offline} from '../cli/flags.ts'
import {reportFormatOf} from '../cli/report-format.ts'
import type {update as Operation} from '../operations/update.ts'
import {reportFlags, reportOutput} from './report-output.ts'
import {renderUpdate} from '../render/versions.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/update.ts')).update
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
  ],
  operands: {
    name: 'module',
    description: 'modules or sources; none for everything',
    required: false,
    many: true,
  },
  flags: {
    offline,
    'allow-path': allowPath,
    force,
    'dry-run': dryRun,
    ...reportFlags,
  },
  async run({flags, operands}, environment) {
    const format = reportFormatOf(flags.format)
    const update = await operation()
    const result = await update(
      {
        specs: operands,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        config: flags.config?.map((path) => resolve(path)),
      },
      environment,
    )
    const text = (): string => renderUpdate(result, {all: flags.all})
    return reportOutput(format, {result, ...result, text}, flags['exit-code'])
  },
})
