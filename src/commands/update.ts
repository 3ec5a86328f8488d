import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {
  allowPath,
  dryRun,
  force,
  offline,
  reportAll,
  reportConfig,
  reportExitCode,
  reportFormat,
} from '../cli/flags.ts'
import {reportFormatOf} from '../cli/report-format.ts'
import {findingsExit} from '../errors.ts'
import type * as Operation from '../operations/update.ts'
import type * as Report from '../operations/diff/report.ts'
import {reportText} from '../render/diff-markdown.ts'
import {renderUpdate} from '../render/versions.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<Pick<typeof Operation, 'update'> & Pick<typeof Report, 'breaks'>> {
  const {update} = await import('../operations/update.ts')
  const {breaks} = await import('../operations/diff/report.ts')
  return {breaks, update}
}

export default defineCommand({
  summary: 'move modules to the newest release with other files that the manifest admits',
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
    config: reportConfig,
    all: reportAll,
    format: reportFormat,
    'exit-code': reportExitCode,
  },
  async run({flags, operands}, environment) {
    const format = reportFormatOf(flags.format)
    const {breaks, update} = await operation()
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
    return {
      json: result,
      exitCode: flags['exit-code'] && breaks(result.report) ? findingsExit : 0,
      text: () => reportText(format, result, () => renderUpdate(result, {all: flags.all})),
    }
  },
})
