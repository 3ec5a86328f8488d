import {defineCommand} from '../cli/definition.ts'
import {offline, reportAll} from '../cli/flags.ts'
import {findingsExit} from '../errors.ts'
import type {outdated as Operation} from '../operations/outdated.ts'
import {roomOf} from '../render/room.ts'
import {renderOutdated} from '../render/version-lists.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/outdated.ts')).outdated
}

export default defineCommand({
  summary: 'name the modules of which newer releases have other files',
  description:
    'Publishers are asked; a newer release with the same files is no news, and one without the main file of a module is none of it. Nothing is written. Exits with 0 unless --exit-code is given.',
  examples: [
    'prosody-mods outdated',
    'prosody-mods outdated --explain',
    'prosody-mods outdated --exit-code --json',
  ],
  flags: {
    explain: {type: 'switch', description: 'say what moving would mean, as diff does'},
    all: reportAll,
    offline,
    'exit-code': {
      type: 'switch',
      description: 'exit with 6 when a module is outdated, or gone at its publisher',
    },
  },
  async run({flags}, environment) {
    const outdated = await operation()
    const result = await outdated({offline: flags.offline, explain: flags.explain}, environment)
    const found = result.outdated.length + result.gone.length
    const text = (): string => renderOutdated(result, {...roomOf(flags.all), report: {all: flags.all}})
    return {
      json: result,
      exitCode: flags['exit-code'] && found > 0 ? findingsExit : 0,
      text,
      quiet: () => (found + result.advisories.length === 0 ? '' : text()),
    }
  },
})
