import {contextFolder} from '../project/lockfile.ts'
import {probeMark} from './boot-probe.ts'

export interface Reason {
  /** One line, for a person. */
  readonly text: string
  /** Where it happened, by the path from the project's folder, or as Prosody names it. */
  readonly file: string | null
  readonly line: number | null
}

/** What is known around an error. */
export interface ReasonWorld {
  /** Version of Lua that Prosody runs with. */
  readonly lua: string
  /** Module → Prosody's words about why it was not loaded. */
  readonly errors: ReadonlyMap<string, string>
  /** Names of modules that the project has. */
  readonly modules: ReadonlySet<string>
  /** A path as a user knows it. */
  shown(path: string): string
}

/** What an error of Prosody's comes down to. */
export function reasonOf(error: string, world: ReasonWorld): Reason {
  return told(error, world, new Set())
}

function told(error: string, world: ReasonWorld, above: ReadonlySet<string>): Reason {
  const raised = withoutTraceback(error)
  const message = raised.replace(raisedAt, '')
  return {text: textOf(message, {world, above}), ...placeIn(error, world)}
}

const raisedAt = /^(?:\[string ")?([^\n:"]+?)(?:"\])?:(\d+): /

/** The place in the project that an error comes from, or that called what failed; else the place of the error. */
export function placeIn(error: string, {shown}: Pick<ReasonWorld, 'shown'>): Pick<Reason, 'file' | 'line'> {
  const raised = withoutTraceback(error)
  const places = [raisedAt.exec(raised), ...error.slice(raised.length).matchAll(/^\s*(\S[^\n:]*):(\d+): /gm)]
  const found = places.flatMap((match) =>
    match === null ? [] : [{file: shown(match[1] ?? ''), line: Number(match[2])}],
  )
  const own = found.find(({file}) => file.startsWith(`${contextFolder}/`))
  return own ?? found[0] ?? {file: null, line: null}
}

function withoutTraceback(error: string): string {
  const at = error.search(/\n\s*stack traceback:/)
  return at === -1 ? error : error.slice(0, at)
}

interface Context {
  readonly world: ReasonWorld
  readonly above: ReadonlySet<string>
}

const kinds: readonly {
  readonly find: RegExp
  readonly tell: (match: RegExpExecArray, context: Context) => string
}[] = [
  {find: new RegExp(`^${probeMark}(.*)`, 's'), tell: ([, text = ''], {world}) => world.shown(text)},
  {find: /^module '([^']+)' not found:/, tell: ([, name = ''], {world}) => missingLibrary(name, world)},
  {
    find: /^Failed to load plugin library '([^']+)', error: .*No such file or directory$/s,
    tell: ([, name = '']) => `its library ${name}.lib.lua is in none of the plugin paths`,
  },
  {
    find: /Unable to load required module, mod_([\w-]+): /,
    tell: ([, name = ''], context) => dependency(name, context),
  },
  {
    find: /^Dependency on disabled module mod_([\w-]+)/,
    tell: ([, name = '']) => `it needs mod_${name}, which is disabled`,
  },
  {find: /: No such file or directory$/, tell: () => 'there is no such module in any of the plugin paths'},
]

function textOf(message: string, context: Context): string {
  for (const {find, tell} of kinds) {
    const match = find.exec(message)
    if (match !== null) return tell(match, context)
  }
  return context.world.shown(message.trim().replaceAll(/\s*\n\s*/g, ' '))
}

function missingLibrary(name: string, {lua}: ReasonWorld): string {
  return /^(?:prosody|util|net|core)\./.test(name)
    ? `this Prosody has no library ${name}`
    : `Lua library ${name} is not installed for Lua ${lua}`
}

/** Prosody passes the error of the other module on with changes, so its own is looked up. */
function dependency(name: string, {world, above}: Context): string {
  const error = world.errors.get(name)
  const needs = `it needs mod_${name}`
  if (error === undefined) return `${needs}, which was not loaded`
  if (above.has(name)) return `${needs}, which needs it`
  const {text, file, line} = told(error, world, new Set([...above, name]))
  if (!world.modules.has(name) && file === null) return `${needs}: ${text}`
  const where = file === null ? '' : `${file}:${line ?? 0}: `
  return `${needs}, which was not loaded: ${where}${text}`
}
