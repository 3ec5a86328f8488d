import {luaString} from '../../../text/lua-string.ts'
import type {ImageModules} from '../modules.ts'
import {ignoredVariables, variablesOf, type Profile} from '../variables/index.ts'
import type {IgnoredVariable, Variable} from '../variables/types.ts'
import {environmentSource} from './environment-source.ts'

/** What the reader of the environment is made for. */
export interface EnvironmentInput {
  readonly profile: Profile
  readonly modules: ImageModules
  /** Absolute folders in which Prosody looks for modules. */
  readonly folders: readonly string[]
}

/** Writes the Lua that reads the environment by the tables of a profile. */
export function environmentLua({profile, modules, folders}: EnvironmentInput): string {
  return [
    table('variables', variablesOf(profile, modules).map(variableLine)),
    table('ignored', ignoredVariables(profile, modules).map(ignoredLine)),
    table('folders', folders.map(luaString)),
    table(
      'unmet',
      [...modules.unmet]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, libraries]) => `[${luaString(name)}] = ${luaString(libraries.join(', '))}`),
    ),
  ]
    .join('')
    .concat(environmentSource)
}

function table(name: string, entries: readonly string[]): string {
  const body = entries.map((entry) => `\t${entry},\n`).join('')
  return `local ${name} = {\n${body}}\n`
}

function variableLine({name, type, default: standard, choices, range, required}: Variable): string {
  const parts = [`name = ${luaString(name)}`, `type = ${luaString(type)}`]
  if (standard !== undefined) parts.push(`default = ${luaString(standard)}`)
  if (choices !== undefined) parts.push(`choices = { ${choices.map(luaString).join(', ')} }`)
  if (range !== undefined) parts.push(`low = ${range[0]}`, `high = ${range[1]}`)
  if (required === true) parts.push('required = true')
  return `{ ${parts.join(', ')} }`
}

function ignoredLine({name, harmless = [], because}: IgnoredVariable): string {
  return `{ name = ${luaString(name)}, harmless = { ${harmless.map(luaString).join(', ')} }, because = ${luaString(because)} }`
}
