import {binaryOf, type BinaryFailure} from './binary.ts'
import type {LuaPlace} from './line.ts'
import type {ServerFailure} from './server-failure.ts'

/** What went wrong, as far as Prosody's words, or Lua's, say. */
export type LogFailure =
  /** `require` of a Lua library. */
  | {readonly kind: 'library'; readonly library: string}
  /** Of one whose loading failed before, or goes on: Lua 5.1 does not say why again. */
  | {readonly kind: 'again'; readonly library: string}
  | BinaryFailure
  /** A file of a module; `path` is the last one that was tried. */
  | {readonly kind: 'absent'; readonly path: string; readonly skipped: SkippedFile | undefined}
  | {readonly kind: 'unreadable'; readonly path: string; readonly reason: string}
  | {readonly kind: 'syntax'; readonly place: LuaPlace; readonly text: string}
  /** module:depends */
  | {readonly kind: 'depends'; readonly needed: string}
  | {readonly kind: 'disabled'; readonly needed: string}
  /** module:require */
  | {readonly kind: 'shared'; readonly library: string; readonly inner: LogFailure}
  | {readonly kind: 'sql'}
  | {readonly kind: 'driver'; readonly driver: string}
  | NilFailure
  /** By the module's own code, or by something that it calls. */
  | {readonly kind: 'raised'; readonly place: LuaPlace; readonly text: string}
  | {
      readonly kind: 'skipped'
      readonly path: string
      readonly reason: 'requires' | 'conflicts' | 'lua'
      readonly values: readonly string[]
    }
  | {readonly kind: 'null-storage'}
  | {readonly kind: 'start'; readonly dependency: string}
  | {readonly kind: 'option'; readonly option: string; readonly expected: string}
  /** One that Prosody reads for the whole server, set for a host. */
  | {readonly kind: 'host-option'; readonly option: string}
  | {readonly kind: 'deprecated'; readonly method: string; readonly instead: string}
  | {readonly kind: 'global'; readonly name: string}
  | {readonly kind: 'set-global'; readonly name: string; readonly place: LuaPlace | undefined}
  | ServerFailure
  | {readonly kind: 'other'; readonly text: string}

/** A file that was there and was left out for its first lines; Prosody 13.0.2 and later say so. */
export interface SkippedFile {
  readonly path: string
  readonly reason: string
}

/** What Lua was about to do with a nil, in its own words. */
export type NilAction = 'call' | 'index' | 'concatenate' | 'perform arithmetic on' | 'compare'

/** An error that Lua raises for a nil, or another value, that can't be used as the code wants to. */
export interface NilFailure {
  readonly kind: 'nil'
  readonly action: NilAction
  /** What the value is to the code: method, field, global, local or upvalue. */
  readonly what: string
  readonly name: string
  readonly place: LuaPlace | undefined
}

type Reader = readonly [RegExp, (match: RegExpExecArray, text: string) => LogFailure]

const nilActions = [
  'call',
  'index',
  'concatenate',
  'perform arithmetic on',
  'compare',
] as const satisfies readonly NilAction[]

/** The first that fits counts: what stands deepest in a message comes first. */
const readers: readonly Reader[] = [
  [
    /Failed to load plugin library '([^']+)', error: ?(.*)/s,
    ([, library = '', rest = '']) => ({kind: 'shared', library, inner: failureIn(rest)}),
  ],
  [/error loading module '([^']+)' from file '([^']*)':?\s*(.*)/s, binaryOf],
  [/loop or previous error loading module '([^']+)'/, ([, library = '']) => ({kind: 'again', library})],
  [
    /Attempt to set a global: (\S+) = /,
    ([, name = ''], text) => ({kind: 'set-global', name, place: placeIn(text)?.place}),
  ],
  // The end may be cut off by a pager.
  [/module '([^'\s]+)' not f/, ([, library = '']) => ({kind: 'library', library})],
  [/Unable to load required module, mod_([\w-]+):/, ([, needed = '']) => ({kind: 'depends', needed})],
  [/Dependency on disabled module mod_([\w-]+)/, ([, needed = '']) => ({kind: 'disabled', needed})],
  [
    /No SQL library available|LuaDBI or LuaSQLite3 are required|Please install at least one of LuaDBI/,
    () => ({kind: 'sql'}),
  ],
  [
    /(?:Driver '(\w+)' not found|Cannot load driver (\w+))\. Available/,
    ([, a, b]) => ({kind: 'driver', driver: a ?? b ?? ''}),
  ],
  [new RegExp(`attempt to (${nilActions.join('|')}) a nil value \\((\\w+) '([^']+)'\\)`), nilOf],
  // Lua 5.1
  [new RegExp(`attempt to (${nilActions.join('|')}) (\\w+) '([^']+)' \\(a nil value\\)`), nilOf],
  [
    /(?<!\S)(\S*(?:mod_[^\s/]+|\.lib)\.lua): No such file or directory(?: \((\S+) skipped because of (.*)\))?/,
    ([, path = '', skipped, reason = '']) => ({
      kind: 'absent',
      path,
      skipped: skipped === undefined ? undefined : {path: skipped, reason},
    }),
  ],
  // Of something that opens and can't be read, a folder, Prosody 0.11 (util/pluginloader.lua: load_file) says the path alone.
  [
    /^\s*(\S*\/mod_[^\s/]+\.lua)\s*$/,
    ([, path = '']) => ({kind: 'unreadable', path, reason: 'Is a directory'}),
  ],
  [
    /(?<!\S)(\/\S+): (Permission denied|Is a directory|Not a directory|Too many levels of symbolic links|File name too long|Input\/output error)/,
    ([, path = '', reason = '']) => ({kind: 'unreadable', path, reason}),
  ],
]

function nilOf([, action, what = '', name = '']: RegExpExecArray, text: string): NilFailure {
  return {
    kind: 'nil',
    action: nilActions.find((one) => one === action) ?? 'call',
    what,
    name,
    place: placeIn(text)?.place,
  }
}

/** Tells what went wrong by an error's text; `other` where its words are not known. */
export function failureIn(text: string): LogFailure {
  for (const [pattern, read] of readers) {
    const match = pattern.exec(text)
    if (match !== null) return read(match, text)
  }
  const found = placeIn(text)
  if (found === undefined) return {kind: 'other', text: text.trim()}
  // Lua's compiler says near what it stopped.
  if (/ near (?:'|<eof>|<)/.test(found.text)) return {kind: 'syntax', ...found}
  return {kind: 'raised', ...found}
}

/**
 * Finds the place of an error, and what it says; undefined where it names none. Who catches one and raises it again
 * puts a place before it.
 */
export function placeIn(error: string): {readonly place: LuaPlace; readonly text: string} | undefined {
  const [, path = '', line = '', rest = ''] = /(?<![^\s'"])([^\s'"]+\.lua):(\d{1,9}): (.*)/s.exec(error) ?? []
  if (path === '') return undefined
  const text = rest.trim()
  return (
    (/^[^\s'"]+\.lua:\d{1,9}: /.test(text) ? placeIn(text) : undefined) ?? {
      place: {path, line: Number(line)},
      text,
    }
  )
}
