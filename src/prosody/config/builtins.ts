import {mostText, numberIn, shownAs} from './operators.ts'
import {formatted} from './format.ts'
import {kindOf} from './refused.ts'
import type {ConfigPlace} from './types.ts'
import {Stop, type World} from './world.ts'
import {bool, int, keyOf, nil, same, text, truth, unknown, type Entry, type Value} from './values.ts'

/** A call, and what it can do. */
export interface Call {
  readonly args: readonly Value[]
  readonly shown: string
  readonly place: ConfigPlace
  readonly world: World
  /** Calls a function that was given; [] where it gives nothing. */
  readonly run: (callee: Value, args: readonly Value[]) => readonly Value[]
}

type Function = (call: Call) => readonly Value[] | Value | undefined

/**
 * Runs a function of Lua's own; undefined for one that is not known here, and where its arguments do not tell.
 */
export function callBuiltin(name: string, call: Call): readonly Value[] | undefined {
  refuseFirst(name, call)
  const found = Object.hasOwn(functions, name) ? functions[name]?.(call) : undefined
  if (found === undefined) return undefined
  return Array.isArray(found) ? (found as readonly Value[]) : [found as Value]
}

/** Tells whether Lua has a library of this name. */
export function isLibrary(name: string): boolean {
  return libraries.has(name)
}

/** Tells whether Lua has a global function of this name. */
export function isGlobalFunction(name: string): boolean {
  return globals.has(name)
}

/** Tells whether Prosody puts a variable of this name beside Lua's own. */
export function isProsodyGlobal(name: string): boolean {
  return prosodyGlobals.has(name)
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))
const libraries = words('coroutine debug io math os package string table utf8')
const globals = words(
  'assert collectgarbage dofile error getmetatable ipairs load loadfile next pairs pcall print rawequal rawget rawlen rawset require select setmetatable tonumber tostring type warn xpcall',
)
/** Of 0.12 and 13.0, those of older Lua versions among them. */
const prosodyGlobals = words(
  '_VERSION CFG_CONFIGDIR CFG_DATADIR CFG_PLUGINDIR CFG_SOURCEDIR arg bare_sessions bit32 bit full_sessions getfenv hosts import incoming_s2s jit loadstring log lxp module newproxy prosody server setfenv socket unpack',
)

const first = ({args}: Call): Value => args[0] ?? nil

/** By what they have to be given first: nothing, true and false are never it. */
const wantsSomething =
  /^(?:ipairs|next|pairs|raw[gs]et|setmetatable|(?:table\.)?unpack|table\.(?:concat|insert|remove|sort)|math\.(?:abs|ceil|floor|max|min)|string\.(?:byte|find|format|g?match|gsub|len|lower|rep|reverse|sub|upper))$/

/** Throws Stop where Lua stops since there is nothing for a function to work on. */
function refuseFirst(name: string, call: Call): void {
  const {kind} = first(call)
  if ((kind !== 'nil' && kind !== 'boolean') || !wantsSomething.test(name)) return
  throw new Stop(`it stops with an error: ${call.shown} works on ${kindOf(first(call)) ?? ''}`, call.place)
}

const functions: Readonly<Record<string, Function>> = {
  assert: (call) => {
    if (truth(first(call)) === false) throw new Stop(wordsOf(call.args[1]), call.place)
    return call.args
  },
  error: (call) => {
    throw new Stop(wordsOf(call.args[0]), call.place)
  },
  pcall: (call) => protectedCall(call, call.args.slice(1)),
  xpcall: (call) => protectedCall(call, call.args.slice(2)),
  print: () => [],
  rawequal: ({args: [one = nil, other = nil], shown}) =>
    one.kind === 'unknown' || other.kind === 'unknown' ? unknown(shown) : bool(same(one, other)),
  rawget: ({args: [table, key = nil], shown}) => {
    const name = keyOf(key)
    return table?.kind === 'table' && name !== undefined ? table.get(name, shown) : undefined
  },
  rawset: (call) => {
    const [table, key = nil, value = nil] = call.args
    const name = keyOf(key)
    if (table?.kind !== 'table' || name === undefined) return undefined
    table.set(name, entryOf(value, call), call.shown)
    return table
  },
  select: ({args: [at = nil, ...rest]}) => {
    if (at.kind === 'string' && at.value === '#') return int(rest.length)
    return at.kind === 'number' && at.value >= 1 ? rest.slice(at.value - 1) : undefined
  },
  setmetatable: ({args: [table = nil, more = nil]}) => {
    if (table.kind === 'table' && more.kind !== 'nil') table.isOpen = true
    return table
  },
  tonumber: ({args}) => {
    const [value = nil] = args
    if (args.length !== 1 || value.kind === 'unknown') return undefined
    return value.kind === 'string' ? numberIn(value.value) : value.kind === 'number' ? value : nil
  },
  tostring: (call) => ofText(shownAs(first(call))),
  type: (call) => ofText(typeOf(first(call))),
  unpack: (call) => unpacked(call),
  'table.unpack': (call) => unpacked(call),
  'table.insert': (call) => inserted(call),
  'table.concat': (call) => ofText(concatenated(call)),
  'math.floor': (call) => mathOf(call, Math.floor),
  'math.ceil': (call) => mathOf(call, Math.ceil),
  'math.max': (call) => (call.args.some(isFloat) ? undefined : mathOf(call, Math.max)),
  'math.min': (call) => (call.args.some(isFloat) ? undefined : mathOf(call, Math.min)),
  'string.format': (call) => ofText(formatted(call.args)),
  'string.len': (call) => textual(call, (value) => int(value.length)),
  // Bytes of letters beyond ASCII stay as they are in the C locale.
  'string.lower': (call) =>
    textual(call, (value) => text(value.replace(/[A-Z]+/g, (one) => one.toLowerCase()))),
  'string.upper': (call) =>
    textual(call, (value) => text(value.replace(/[a-z]+/g, (one) => one.toUpperCase()))),
  'string.reverse': (call) => textual(call, (value) => text(Array.from(value).reverse().join(''))),
  'string.rep': (call) => repeated(call),
  'string.sub': (call) => substring(call),
}

function ofText(value: string | undefined): Value | undefined {
  return value === undefined ? undefined : text(value)
}

function wordsOf(value: Value | undefined): string {
  if (value === undefined || value.kind === 'nil') return 'it stops with an error'
  const words = shownAs(value)
  return `it stops with an error${words === undefined ? '' : `: ${words}`}`
}

function protectedCall(
  {run, world, args: [callee = nil], shown}: Call,
  args: readonly Value[],
): readonly Value[] {
  try {
    return [bool(true), ...run(callee, args)]
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return world.ways.certain ? [bool(false), unknown(shown)] : [unknown(shown), unknown(shown)]
  }
}

function typeOf({kind}: Value): string | undefined {
  if (kind === 'closure' || kind === 'builtin' || kind === 'host') return 'function'
  if (kind === 'proxy' || kind === 'library') return 'table'
  return kind === 'unknown' ? undefined : kind
}

function entryOf(value: Value, {place, world}: Call): Entry {
  return {value, place, certain: world.ways.certain}
}

function unpacked({args}: Call): readonly Value[] | undefined {
  const [list = nil] = args
  if (list.kind !== 'table' || args.length !== 1 || list.length === undefined) return undefined
  return Array.from({length: list.length}, (_, index) => list.entries.get(index + 1)?.value ?? nil)
}

/** At a place in the middle, what stands there is not known any more. */
function inserted(call: Call): readonly Value[] | undefined {
  const [list = nil, second = nil, third] = call.args
  if (list.kind !== 'table') return undefined
  const {length} = list
  const position = third === undefined ? (length === undefined ? undefined : length + 1) : keyOf(second)
  const entry = entryOf(third ?? second, call)
  if (third === undefined || (length !== undefined && position === length + 1)) list.append(entry)
  else if (length !== undefined && entry.certain && typeof position === 'number' && position >= 1) {
    list.insert(entry, position, length)
  } else {
    list.blur()
    list.loose.push({...entry, certain: false})
  }
  return []
}

function concatenated({args: [list = nil, between = text('')], ...rest}: Call): string | undefined {
  if (list.kind !== 'table' || between.kind !== 'string' || list.length === undefined) return undefined
  const values = unpacked({...rest, args: [list]})?.map((value) =>
    value.kind === 'string' || value.kind === 'number' ? shownAs(value) : undefined,
  )
  if (values === undefined || values.includes(undefined)) return undefined
  const made = values.join(between.value)
  return made.length > mostText ? undefined : made
}

function mathOf({args}: Call, compute: (...numbers: number[]) => number): Value | undefined {
  const numbers = args.map((one) => (one.kind === 'number' ? one : undefined))
  if (numbers.length === 0 || numbers.includes(undefined)) return undefined
  const value = compute(...numbers.map((one) => one?.value ?? 0))
  if (!Number.isSafeInteger(value)) return undefined
  return int(value)
}

function isFloat(value: Value): boolean {
  return value.kind === 'number' && value.isFloat
}

function textual(call: Call, compute: (value: string) => Value): Value | undefined {
  const value = first(call)
  return value.kind === 'string' ? compute(value.value) : undefined
}

function repeated({args: [value = nil, count = nil, between = text('')]}: Call): Value | undefined {
  if (value.kind !== 'string' || count.kind !== 'number' || between.kind !== 'string') return undefined
  if ((value.value.length + between.value.length) * count.value > mostText) return undefined
  return text(Array.from({length: Math.max(0, count.value)}, () => value.value).join(between.value))
}

function substring({args: [value = nil, from = int(1), to = int(-1)]}: Call): Value | undefined {
  if (value.kind !== 'string' || from.kind !== 'number' || to.kind !== 'number') return undefined
  const {length} = value.value
  const start = from.value < 0 ? Math.max(length + from.value, 0) : Math.max(from.value - 1, 0)
  const end = to.value < 0 ? length + to.value + 1 : to.value
  return text(value.value.slice(start, Math.max(end, start)))
}
