import {utf8} from '../../lua/fold.ts'
import type {ConfigItem, ConfigSection, ConfigValue} from './types.ts'
import type {RawSection} from './world.ts'
import type {Entry, LuaTable, Value} from './values.ts'

/** Values nested deeper than this are not told. */
const mostDepth = 50

/** Turns a section as it was read into what is told of it: tables have become what they will be. */
export function finished({host, settings, unordered}: RawSection): ConfigSection {
  return {
    kind: host.type,
    host: host.host,
    module: host.module,
    ...host.place,
    certain: host.certain,
    settings: settings.map(({name, value, place, certain}) => ({
      name,
      value: valueOf(value, 0),
      ...place,
      certain,
    })),
    unordered,
  }
}

function valueOf(value: Value, depth: number): ConfigValue {
  if (depth > mostDepth) return {kind: 'unknown', text: 'a table of many levels', candidates: []}
  switch (value.kind) {
    case 'nil':
      return {kind: 'nil'}
    case 'boolean':
      return {kind: 'boolean', value: value.value}
    case 'number':
      return {kind: 'number', value: value.value}
    case 'string':
      return stringOf(value.value)
    case 'table':
      return tableOf(value, depth)
    case 'unknown':
      return {
        kind: 'unknown',
        text: value.text,
        candidates: value.candidates.map((one) => valueOf(one, depth + 1)),
      }
    case 'builtin':
    case 'library':
      return {kind: 'unknown', text: value.name.replace(/^(?:prosody|option):/, ''), candidates: []}
    case 'proxy':
      return {kind: 'unknown', text: value.option, candidates: []}
    case 'closure':
    case 'host':
      return {kind: 'unknown', text: 'a function', candidates: []}
  }
}

/** Bytes that are no text can't be told. */
function stringOf(latin1: string): ConfigValue {
  const value = utf8(latin1)
  if (Buffer.from(value, 'utf8').toString('latin1') === latin1) return {kind: 'string', value}
  return {kind: 'unknown', text: 'bytes that are no text', candidates: []}
}

function tableOf({entries, loose, isOpen}: LuaTable, depth: number): ConfigValue {
  const items: ConfigItem[] = []
  for (let at = 1; entries.has(at); at += 1)
    items.push(...[entries.get(at)].flatMap((one) => itemOf(one, depth)))
  const known = items.length
  items.push(...loose.flatMap((one) => itemOf(one, depth)))
  const fields = [...entries].flatMap(([name, entry]) =>
    typeof name === 'number' && Number.isInteger(name) && name >= 1 && name <= known
      ? []
      : itemOf(entry, depth).map((item) => ({name: typeof name === 'string' ? utf8(name) : name, ...item})),
  )
  return {kind: 'table', items, fields, complete: !isOpen && loose.length === 0}
}

function itemOf(entry: Entry | undefined, depth: number): ConfigItem[] {
  if (entry === undefined) return []
  const {value, place, certain} = entry
  return [{value: valueOf(value, depth + 1), ...place, certain}]
}
