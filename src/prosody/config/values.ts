import type * as Ast from 'luaparse'
import type {ConfigPlace} from './types.ts'

/** A value while a configuration is read. Strings hold bytes, as latin1. */
export type Value =
  | Nil
  | {readonly kind: 'boolean'; readonly value: boolean}
  | Num
  | {readonly kind: 'string'; readonly value: string}
  | LuaTable
  | Closure
  | Builtin
  | Library
  | Proxy
  | Host
  | Unknown

/** Nothing. */
export interface Nil {
  readonly kind: 'nil'
}

/** A number, and whether Lua has it as a float. */
export interface Num {
  readonly kind: 'number'
  readonly value: number
  readonly isFloat: boolean
}

/** A function that the configuration defines. */
export interface Closure {
  readonly kind: 'closure'
  readonly node: Ast.FunctionDeclaration
  readonly scope: Scope
  /** Whether it is defined as `function t:f()`, and so has a first parameter `self`. */
  readonly isMethod: boolean
  /** Runs it in the file that it is of. */
  readonly run: (closure: Closure, args: readonly Value[], shown: string) => readonly Value[]
}

/** A function of Lua's, or of what Prosody gives its configuration. */
export interface Builtin {
  readonly kind: 'builtin'
  readonly name: string
}

/** `string`, `table`, and so on; `_G` itself has the name ''. */
export interface Library {
  readonly kind: 'library'
  readonly name: string
}

/** What Prosody 13 gives where a configuration reads an option that is a table. */
export interface Proxy {
  readonly kind: 'proxy'
  readonly host: string
  readonly option: string
}

/** The part of a configuration that settings go into, and what `VirtualHost "x"` gives. */
export interface Host {
  readonly kind: 'host'
  /** Of a host whose name is computed, one that no other has; `*` for the whole server. */
  readonly key: string
  readonly type: 'global' | 'host' | 'component' | 'unclear'
  readonly host: string | null
  /** Of a component, changed by what is called with its name. */
  module: string | null
  readonly place: ConfigPlace
  readonly certain: boolean
}

/** What can't be known without running the configuration. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly text: string
  readonly candidates: readonly Value[]
}

/** The one that there is. */
export const nil: Nil = {kind: 'nil'}

/** Makes a boolean. */
export function bool(value: boolean): Value {
  return {kind: 'boolean', value}
}

/** Makes a string. */
export function text(value: string): Value {
  return {kind: 'string', value}
}

/** Makes an integer. */
export function int(value: number): Value {
  return {kind: 'number', value, isFloat: false}
}

/** A variable. */
export interface Cell {
  readonly name: string
  value: Value
}

/** The variables that code sees. */
export class Scope {
  readonly #parent: Scope | undefined
  readonly #cells = new Map<string, Cell>()
  /** What `...` is; undefined where it is not known. */
  readonly rest: readonly Value[] | undefined

  constructor(parent: Scope | undefined, rest?: readonly Value[]) {
    this.#parent = parent
    this.rest = rest ?? parent?.rest
  }

  /** Makes a variable of this scope. */
  declare(name: string, value: Value): void {
    this.#cells.set(name, {name, value})
  }

  /** Finds a variable, also of the scopes around; undefined without one. */
  find(name: string): Cell | undefined {
    return this.#cells.get(name) ?? this.#parent?.find(name)
  }
}

/** Makes a value that is not known; what may be it is told once each, nothing of nothing. */
export function unknown(shown: string, candidates: readonly Value[] = []): Unknown {
  const found: Value[] = []
  for (const one of candidates.flatMap((value) => (value.kind === 'unknown' ? value.candidates : [value])))
    if (one.kind !== 'nil' && found.length < mostCandidates && !found.some((other) => same(one, other)))
      found.push(one)
  return {kind: 'unknown', text: shown, candidates: found}
}

const mostCandidates = 20

/** Tells whether two values are the same for Lua; things that are not known are not. */
export function same(one: Value, other: Value): boolean {
  if (one === other) return one.kind !== 'unknown'
  if (one.kind === 'nil') return other.kind === 'nil'
  if (one.kind === 'builtin' || one.kind === 'library')
    return other.kind === one.kind && other.name === one.name
  if (one.kind === 'boolean' || one.kind === 'number' || one.kind === 'string')
    return other.kind === one.kind && other.value === one.value
  return false
}

/** Tells whether a condition that has this value holds; undefined where that is not known. */
export function truth(value: Value): boolean | undefined {
  if (value.kind === 'unknown') return undefined
  return value.kind !== 'nil' && !(value.kind === 'boolean' && !value.value)
}

/** What a table may have a value under. */
export type Key = string | number | boolean

/** Returns a value as a key of a table; undefined for what is none or is not known. */
export function keyOf(value: Value): Key | undefined {
  return value.kind === 'string' || value.kind === 'number' || value.kind === 'boolean'
    ? value.value
    : undefined
}

/** A value in a table. */
export interface Entry {
  readonly value: Value
  readonly place: ConfigPlace
  readonly certain: boolean
}

/** A table while a configuration is read: it may be changed as long as that takes. */
export class LuaTable {
  readonly kind = 'table'
  readonly entries = new Map<Key, Entry>()
  /** What is in the list behind those at known places. */
  readonly loose: Entry[] = []
  /** Whether there may be more than is known. */
  isOpen = false

  /** The border where it was found out and nothing has changed since. */
  #known: number | undefined

  /** Returns the border; undefined where it is not known. */
  get length(): number | undefined {
    if (this.isOpen || this.loose.length > 0) return undefined
    this.#known ??= this.#border()
    return this.#known
  }

  #border(): number | undefined {
    let count = 0
    for (;;) {
      const entry = this.entries.get(count + 1)
      if (entry === undefined) break
      if (!entry.certain || entry.value.kind === 'unknown') return undefined
      count += 1
    }
    for (const key of this.entries.keys()) if (typeof key === 'number' && key > count) return undefined
    return count
  }

  /** Returns what is under a key. @param shown the text of what asks */
  get(key: Key, shown: string): Value {
    const entry = this.entries.get(key)
    if (entry === undefined) return this.isOpen || this.loose.length > 0 ? unknown(shown) : nil
    return entry.certain ? entry.value : unknown(shown, [entry.value])
  }

  /** Puts something under a key. @param entry not certain where it may be left out */
  set(key: Key, entry: Entry, shown: string): void {
    this.#known = undefined
    if (entry.certain) {
      if (entry.value.kind === 'nil') this.entries.delete(key)
      else this.entries.set(key, entry)
      return
    }
    const before = this.entries.get(key)
    if (before === undefined && entry.value.kind !== 'nil') this.entries.set(key, entry)
    else if (before !== undefined)
      this.entries.set(key, {
        ...before,
        value: unknown(shown, [before.value, entry.value]),
        certain: before.certain && entry.value.kind !== 'nil',
      })
  }

  /** Puts the values of a constructor in: from the first that may be left out on, no place is known. */
  fill(list: readonly Entry[]): void {
    this.#known = undefined
    for (const [index, entry] of list.entries()) {
      if (!entry.certain || this.loose.length > 0) this.loose.push(entry)
      else if (entry.value.kind === 'nil') this.entries.delete(index + 1)
      else this.entries.set(index + 1, entry)
    }
  }

  /** Puts an entry behind the list. */
  append(entry: Entry): void {
    const {length} = this
    const isKnown = ({place, value, certain}: Entry): boolean =>
      !certain && place === entry.place && same(value, entry.value)
    if (!entry.certain && this.loose.some(isKnown)) return
    if (length === undefined || !entry.certain || entry.value.kind === 'nil') this.loose.push(entry)
    else {
      this.entries.set(length + 1, entry)
      this.#known = entry.value.kind === 'unknown' ? undefined : length + 1
    }
  }

  /** Puts an entry into the list, of this length, and moves those behind it. */
  insert(entry: Entry, position: number, length: number): void {
    this.#known = undefined
    for (let at = length; at >= position; at -= 1) {
      const moved = this.entries.get(at)
      if (moved !== undefined) this.entries.set(at + 1, moved)
    }
    this.entries.set(position, entry)
  }

  /** Says that anything may have been done to it. */
  blur(): void {
    this.isOpen = true
    this.#known = undefined
    for (const [key, entry] of this.entries) this.entries.set(key, {...entry, certain: false})
    for (const [index, entry] of this.loose.entries()) this.loose[index] = {...entry, certain: false}
  }
}
