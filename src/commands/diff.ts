import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, offline} from '../cli/flags.ts'
import {reportFormatOf} from '../cli/report-format.ts'
import type {diff as Operation} from '../operations/diff/diff.ts'
import {visible} from '../plain-text.ts'
import {reportFlags, reportOutput} from './report-output.ts'
import {renderDiff} from '../render/diff.ts'

/** Brings the comparison with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/diff/diff.ts')).diff
}

export default defineCommand({
  summary: 'say what differs between two releases, and what that breaks',
  description:
    'Releases that the registry knows are compared without the network: by modules, options, events, routes, stores, libraries. One release alone is compared with what is locked; a lockfile or a revision of Git with the lockfile as it is; nothing at all with HEAD. Names of modules behind them leave all others out.',
  examples: [
    'prosody-mods diff jitsi@8719 jitsi@9457',
    'prosody-mods diff jitsi@10008',
    'prosody-mods diff muc_moderation@2025 muc_moderation@2026',
    'prosody-mods diff HEAD~1',
    'prosody-mods diff old.lock.json prosody-mods.lock.json',
    'prosody-mods diff jitsi@8719 jitsi@9457 muc_lobby_rooms',
    'prosody-mods diff HEAD~1 --format markdown',
    'prosody-mods diff jitsi@8719 jitsi@9457 --text muc_lobby_rooms',
  ],
  operands: {
    name: 'side',
    description: 'two releases, lockfiles or revisions, or one; then names of modules',
    required: false,
    many: true,
    completes: ['modules', 'files'],
    addresses: 'module',
  },
  flags: {
    text: {type: 'switch', description: 'show the text of files that differ: only these are fetched'},
    ...reportFlags,
    offline,
    'allow-path': allowPath,
  },
  async run({flags, operands}, environment) {
    const format = reportFormatOf(flags.format)
    const diff = await operation()
    const result = await diff(
      {
        operands,
        offline: flags.offline,
        text: flags.text,
        config: flags.config?.map((path) => resolve(path)),
      },
      environment,
    )
    const text = (): string =>
      result.text === null ? renderDiff(result, {all: flags.all}) : visible(result.text)
    const output = reportOutput(format, {result, report: result, text}, flags['exit-code'])
    return result.text === null ? output : {...output, verbatim: true}
  },
})
