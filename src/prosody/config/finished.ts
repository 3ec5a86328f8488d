import {utf8} from '../../lua/fold.ts'
import type {ConfigItem, ConfigSection, ConfigValue} from './types.ts'
import type {RawSection} from './world.ts'
import type {Entry, LuaTable, Value} from './values.ts'

/** Values nested deeper than this are not told. */
const mostDepth = 50

/** What tables have become: one that several options have is one value. */
export type Tables = Map<LuaTable, ConfigValue>

/** Turns a section as it was read into what is told of it: tables have become what they will be. */
export function finished({host, continued, settings, unordered}: RawSection, tables: Tables): ConfigSection {
  return {
    kind: host.type,
    host: host.host,
    module: host.module,
    ...host.place,
    certain: host.certain,
    continued,
    settings: settings.map(({name, value, place, certain}) => ({
      name,
      value: valueOf(value, {depth: 0, tables}),
      ...place,
      certain,
    })),
    unordered,
  }
}

interface At {
  readonly depth: number
  readonly tables: Tables
}

function deeper({depth, tables}: At): At {
  return {depth: depth + 1, tables}
}

function valueOf(value: Value, at: At): ConfigValue {
  if (at.depth > mostDepth) return {kind: 'unknown', text: 'a table of many levels', candidates: []}
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
      return tableOf(value, at)
    case 'unknown':
      return {
        kind: 'unknown',
        text: value.text,
        candidates: value.candidates.map((one) => valueOf(one, deeper(at))),
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

function tableOf(table: LuaTable, at: At): ConfigValue {
  const known = at.tables.get(table)
  if (known !== undefined) return known
  at.tables.set(table, {kind: 'unknown', text: 'a table that is in itself', candidates: []})
  const made = madeOf(table, at)
  at.tables.set(table, made)
  return made
}

function madeOf({entries, loose, isOpen}: LuaTable, within: At): ConfigValue {
  const items: ConfigItem[] = []
  for (let at = 1; entries.has(at); at += 1)
    items.push(...[entries.get(at)].flatMap((one) => itemOf(one, within)))
  const known = items.length
  items.push(...loose.flatMap((one) => itemOf(one, within)))
  const fields = [...entries].flatMap(([name, entry]) =>
    typeof name === 'number' && Number.isInteger(name) && name >= 1 && name <= known
      ? []
      : itemOf(entry, within).map((item) => ({name: typeof name === 'string' ? utf8(name) : name, ...item})),
  )
  return {kind: 'table', items, fields, complete: !isOpen && loose.length === 0}
}

function itemOf(entry: Entry | undefined, within: At): ConfigItem[] {
  if (entry === undefined) return []
  const {value, place, certain} = entry
  return [{value: valueOf(value, deeper(within)), ...place, certain}]
}
