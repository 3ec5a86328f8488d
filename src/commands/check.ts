import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {modulesPath} from '../cli/flags.ts'
import {findingsExit} from '../errors.ts'
import type {check as Operation} from '../operations/check.ts'
import {renderCheck} from '../render/check.ts'

/** Brings the parser with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/check.ts')).check
}

export default defineCommand({
  summary: 'tell whether the installed modules can work with the Prosody of the manifest',
  description: `Compares digests, looks for all that modules need, searches files as Prosody does, and reads the code for what the target's Prosody and Lua lack. Only files are read. Exits with 6 where there are errors: warnings and notes are told.`,
  examples: ['prosody-mods check', 'prosody-mods check --json'],
  flags: {'modules-path': modulesPath},
  async run({flags}, environment) {
    const check = await operation()
    const path = flags['modules-path']
    const result = await check(path === undefined ? {} : {modulesPath: resolve(path)}, environment)
    return {json: result, exitCode: result.errors > 0 ? findingsExit : 0, text: () => renderCheck(result)}
  },
})
