import {jsonText} from '../plain-text.ts'
import {defineCommand} from '../cli/definition.ts'
import {ProsodyModsError} from '../errors.ts'
import {commandOf, deps, type DepsResult} from '../operations/deps.ts'
import {renderDeps} from '../render/needs.ts'

const formats: Readonly<Record<string, (result: DepsResult) => string>> = {
  text: renderDeps,
  json: (result) => `${jsonText(result, 2)}\n`,
  apt: (result) => commandLine(commandOf(result, 'apt')),
  luarocks: (result) => commandLine(commandOf(result, 'luarocks')),
}

function commandLine(command: string | null): string {
  return command === null ? '' : `${command}\n`
}

export default defineCommand({
  summary: 'list the Lua libraries that the modules need, and what brings them into an image',
  description: `Of the suite and the Lua of the manifest's image. --format apt and luarocks print one shell command, which can stand behind RUN in a Dockerfile; nothing where there is nothing to install, and an error where that can't be told. luarocks has the libraries that no package of Debian serves.`,
  examples: [
    'prosody-mods deps',
    'prosody-mods deps --format apt',
    'prosody-mods deps --format luarocks',
    'prosody-mods deps --json',
  ],
  flags: {
    format: {type: 'text', value: '<format>', description: 'text (the default), apt, luarocks or json'},
  },
  async run({flags}, environment) {
    const format = flags.format ?? 'text'
    const render = Object.hasOwn(formats, format) ? formats[format] : undefined
    if (render === undefined) {
      throw new ProsodyModsError('USAGE', `there is no format "${format}"`, {
        hint: `formats are ${Object.keys(formats).join(', ')}`,
      })
    }
    const result = await deps(environment)
    const text = render(result)
    return {json: result, text: () => text}
  },
})
