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
import type * as Operation from '../operations/bump/bump.ts'
import type * as Report from '../operations/diff/report.ts'
import {reportText} from '../render/diff-markdown.ts'
import {renderBump} from '../render/bump.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<Pick<typeof Operation, 'bump'> & Pick<typeof Report, 'breaks'>> {
  const {bump} = await import('../operations/bump/bump.ts')
  const {breaks} = await import('../operations/diff/report.ts')
  return {breaks, bump}
}

export default defineCommand({
  summary: 'move modules to another release, and say what that changes',
  description: `Manifest, lockfile and context move: exact versions in the manifest are replaced, a range that admits the release stays.
Without a version, the newest release whose digests the registry knows is taken. A source stands for all that the manifest has of it; modules of one flat tree, as Jitsi has, move together.`,
  examples: [
    'prosody-mods bump jitsi@10008 --dry-run',
    'prosody-mods bump jitsi@10008 --dry-run --format markdown --exit-code',
    'prosody-mods bump jitsi --latest',
    'prosody-mods bump muc_moderation token_affiliation@20260306',
    'prosody-mods bump community',
    'prosody-mods bump jitsi@9955 --allow-downgrade',
  ],
  operands: {
    name: 'spec',
    description: 'modules or sources of the manifest, with or without @version',
    required: true,
    many: true,
  },
  flags: {
    latest: {
      type: 'switch',
      description: 'ask publishers for the newest release, also beyond those whose digests are known',
    },
    'allow-downgrade': {type: 'switch', description: 'move to an older release, too'},
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
    const {breaks, bump} = await operation()
    const result = await bump(
      {
        specs: operands,
        latest: flags.latest,
        allowDowngrade: flags['allow-downgrade'],
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
      text: () => reportText(format, result, () => renderBump(result, {all: flags.all})),
    }
  },
})
