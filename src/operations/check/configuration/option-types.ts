import type {OptionType} from '../../../facts/fact-types.ts'
import type {ConfigSetting, ConfigValue} from '../../../prosody/config/types.ts'

/** Why a value can't be what an option has to be, in words. */
export interface WrongType {
  readonly is: string
  readonly shall: string
}

/** Prosody takes no other than tables for these. */
const lists = new Set(['modules_enabled', 'modules_disabled', 'plugin_paths'])

/**
 * Tells whether Prosody refuses a value for the type as which an option is read (core/moduleapi.lua, get_option_…): it
 * takes the first of a list, numbers in texts, `true` in texts, and anything for a list.
 * @param values what an enum allows, as Lua
 */
export function wrongType(
  {name, value}: Pick<ConfigSetting, 'name' | 'value'>,
  type: OptionType,
  values: readonly string[] = [],
): WrongType | undefined {
  if (value.kind === 'nil' || value.kind === 'unknown') return undefined
  if (lists.has(name)) return value.kind === 'table' ? undefined : {is: shown(value), shall: 'a table'}
  const one = firstOf(value)
  if (one === undefined || one.kind === 'unknown' || one.kind === 'nil') return undefined
  switch (type) {
    case 'number':
    case 'integer':
      return isNumber(one, type) ? undefined : {is: shown(value), shall: `a number`}
    case 'boolean':
      return isBoolean(one) ? undefined : {is: shown(value), shall: 'true or false'}
    case 'string':
    case 'path':
    case 'period':
      return one.kind === 'table'
        ? {is: 'a table', shall: type === 'period' ? 'a time' : 'a text'}
        : undefined
    case 'enum':
      return isAmong(one, values) ? undefined : {is: shown(value), shall: `one of ${values.join(', ')}`}
    default:
      return undefined
  }
}

/** Of a list, Prosody takes the first; one of several it takes with a word in the log. */
function firstOf(value: ConfigValue): ConfigValue | undefined {
  if (value.kind !== 'table') return value
  if (!value.complete || value.items.length === 0) return value.complete ? value : undefined
  return value.items.length === 1 && value.fields.length === 0 ? value.items[0]?.value : value
}

function isNumber(value: ConfigValue, type: 'number' | 'integer'): boolean {
  if (value.kind === 'number') return type === 'number' || Number.isInteger(value.value)
  return (
    value.kind === 'string' && /^\s*[-+]?(?:0x[\da-f]+|\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(value.value)
  )
}

function isBoolean(value: ConfigValue): boolean {
  if (value.kind === 'boolean') return true
  if (value.kind === 'number') return value.value === 0 || value.value === 1
  return value.kind === 'string' && (value.value === 'true' || value.value === 'false')
}

function isAmong(value: ConfigValue, values: readonly string[]): boolean {
  if (value.kind !== 'string' || values.some((one) => !/^(["'])[\w .:/-]*\1$/.test(one))) return true
  return values.length === 0 || values.some((one) => one.slice(1, -1) === value.value)
}

function shown(value: ConfigValue): string {
  if (value.kind === 'table') return 'a table'
  if (value.kind === 'string') return `the text ${JSON.stringify(value.value.slice(0, 60))}`
  return value.kind === 'nil' || value.kind === 'unknown' ? value.kind : String(value.value)
}
