import {defineCommand} from '../cli/definition.ts'
import {offline} from '../cli/flags.ts'
import {findingsExit} from '../errors.ts'
import type {doctor as Operation} from '../operations/doctor/doctor.ts'
import {renderDoctor, renderFlaws} from '../render/doctor.ts'

/** Brings what speaks HTTP with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/doctor/doctor.ts')).doctor
}

export default defineCommand({
  summary: 'look at what commands rely on, and say what is in the way',
  description: `Programs and their versions, folders and the room in them, configuration that is not read, the project's files and their modes, publishers and mirrors that are asked whether they answer, the clock. Nothing is changed. Exits with 6 where something stands in the way; warnings alone are 0.`,
  examples: ['prosody-mods doctor', 'prosody-mods doctor --offline', 'prosody-mods doctor --json'],
  flags: {offline},
  async run({flags}, environment) {
    const doctor = await operation()
    const result = await doctor({offline: flags.offline}, environment)
    return {
      json: result,
      exitCode: result.errors > 0 ? findingsExit : 0,
      text: () => renderDoctor(result),
      quiet: () => renderFlaws(result),
    }
  },
})
