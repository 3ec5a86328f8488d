import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, dryRun, force, offline} from '../cli/flags.ts'
import {reportFormatOf} from '../cli/report-format.ts'
import type {bump as Operation} from '../operations/bump/bump.ts'
import {reportFlags, reportOutput} from './report-output.ts'
import {renderBump} from '../render/bump.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/bump/bump.ts')).bump
}

export default defineCommand({
  summary: 'move modules to another release, and say what that changes',
  tells: 'success',
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
    completes: ['installed'],
    addresses: 'spec',
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
    ...reportFlags,
  },
  async run({flags, operands}, environment) {
    const format = reportFormatOf(flags.format)
    const bump = await operation()
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
    const text = (): string => renderBump(result, {all: flags.all})
    return reportOutput(format, {result, ...result, text}, flags['exit-code'])
  },
})
