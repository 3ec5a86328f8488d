import {jsonText} from '../plain-text.ts'
import {defineCommand} from '../cli/definition.ts'
import {findingsExit, ProsodyModsError} from '../errors.ts'
import {commandOf, deps} from '../operations/deps.ts'
import {depsNotes, renderDeps} from '../render/deps.ts'
import {foldedCommand} from '../render/fold.ts'
import {roomOf} from '../render/room.ts'

const formats = ['text', 'apt', 'luarocks', 'json'] as const

function isFormat(text: string): text is (typeof formats)[number] {
  return (formats as readonly string[]).includes(text)
}

export default defineCommand({
  summary: 'list the Lua libraries that modules need, and what brings them',
  description: `Of the suite and the Lua of the manifest's image. --format apt and luarocks print one shell command, which can stand behind RUN in a Dockerfile; nothing where there is nothing to install, and an error where that can't be told. luarocks has what apt does not bring, with LuaRocks itself and the compiler and headers that its rocks need. Both exit with 6 where a library is needed that nothing brings, and name it on standard error.`,
  examples: [
    'prosody-mods deps',
    'prosody-mods deps --format apt',
    'prosody-mods deps --format luarocks',
    'prosody-mods deps --json',
  ],
  flags: {
    format: {
      type: 'text',
      value: '<format>',
      values: formats,
      description: 'text (the default), apt, luarocks or json',
    },
  },
  async run({flags}, environment) {
    const format = flags.format ?? 'text'
    if (!isFormat(format)) {
      throw new ProsodyModsError('USAGE', `there is no format "${format}"`, {
        hint: `formats are ${formats.join(', ')}`,
      })
    }
    const result = await deps(environment)
    if (format === 'text') return {json: result, text: () => renderDeps(result, roomOf(true))}
    if (format === 'json') return {json: result, verbatim: true, text: () => `${jsonText(result, 2)}\n`}
    const command = commandOf(result, format)
    return {
      json: result,
      verbatim: true,
      exitCode: result.left.luarocks.length > 0 ? findingsExit : 0,
      text: () => (command === null ? '' : `${foldedCommand(command, roomOf(true).columns)}\n`),
      notes: () => depsNotes(result, format),
    }
  },
})
