import {luaString} from '../text/lua-string.ts'

/** What an option may be set to; keys of tables may be any text. */
export type OptionValue =
  string | number | boolean | readonly OptionValue[] | {readonly [key: string]: OptionValue}

/** Options by name; a name is one that Lua takes for a variable's. */
export type Options = Readonly<Record<string, OptionValue>>

/** A host with its own options. */
export interface HostSection {
  readonly host: string
  /** What makes it a component: a module's name, or '' for a program that connects; undefined for a host with accounts. */
  readonly component?: string | undefined
  readonly options: Options
}

/** What a configuration of Prosody says. */
export interface ProsodyConfig {
  /** Absolute path of a script that Prosody runs as it starts. */
  readonly script?: string | undefined
  /** Of the whole server. */
  readonly options: Options
  readonly hosts: readonly HostSection[]
}

/** Writes the text of a configuration that Prosody 0.12 and 13.0 read alike. */
export function prosodyConfig({script, options, hosts}: ProsodyConfig): string {
  return [
    ...(script === undefined ? [] : [`RunScript ${luaString(script)}\n`]),
    `${lines(options).join('\n')}\n`,
    ...hosts.map((section) => `${[headOf(section), ...lines(section.options, '\t')].join('\n')}\n`),
  ].join('\n')
}

function headOf({host, component}: HostSection): string {
  if (component === undefined) return `VirtualHost ${luaString(host)}`
  return `Component ${luaString(host)}${component === '' ? '' : ` ${luaString(component)}`}`
}

function lines(options: Options, indent = ''): string[] {
  return Object.entries(options).map(([name, value]) => `${indent}${name} = ${luaValue(value)}`)
}

function luaValue(value: OptionValue): string {
  if (typeof value === 'string') return luaString(value)
  if (typeof value !== 'object') return String(value)
  const entries = isList(value)
    ? value.map(luaValue)
    : Object.entries(value).map(([key, one]) => `${keyOf(key)} = ${luaValue(one)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.map((one) => `${one};`).join(' ')} }`
}

/** Words of Lua are no plain keys. */
const words =
  /^(?:and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while)$/

function keyOf(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && !words.test(key) ? key : `[${luaString(key)}]`
}

/** Array.isArray knows no lists that can't be changed. */
function isList(value: OptionValue): value is readonly OptionValue[] {
  return Array.isArray(value)
}
