import {contextFolder} from '../../project/lockfile.ts'
import {probeMark} from './probe.ts'

/** Why a module was not loaded. */
export interface Reason {
  /** One line of text for a person. */
  readonly text: string
  /** The file where the reason lies, by the path from the project's folder, or as Prosody names it. */
  readonly file: string | null
  readonly line: number | null
}

/** What is known around an error that a start has shown. */
export interface ReasonWorld {
  /** Version of Lua that Prosody runs with. */
  readonly lua: string
  /** Prosody's words about why a module was not loaded, by module. */
  readonly errors: ReadonlyMap<string, string>
  /** Main files of the project's modules. */
  readonly files: ReadonlyMap<string, string>
  /** Writes a text with paths as a user knows them. */
  shown(text: string): string
}

/** Tells what the error of a module comes down to. */
export function reasonOf(name: string, error: string, world: ReasonWorld): Reason {
  return told({name, error}, world, new Set([name]))
}

interface Failure {
  readonly name: string
  readonly error: string
}

function told({name, error}: Failure, world: ReasonWorld, above: ReadonlySet<string>): Reason {
  const file = world.files.get(name)
  const isOwn = (path: string): boolean => file !== undefined && path.startsWith(folderOf(file))
  const {message, ...place} = taken(error, world, isOwn)
  return {text: textOf(message, {world, above}), ...place}
}

/** Names the folder, or the beginning of a path, that is a module's alone; a flat tree's modules share one folder. */
export function folderOf(main: string): string {
  const [context, source, ...rest] = main.split('/')
  return [context, source, ...(rest.length > 1 ? rest.slice(0, 1) : []), ''].join('/')
}

const raisedAt = /^(?:\[string ")?([^\n:"]+?)(?:"\])?:(\d+): /

/**
 * Takes an error apart into message and place: that of the project's code that it was raised in, else of the first one
 * that `fits` and called what failed, else where it was raised. Who catches an error and raises it again puts another
 * place before it.
 */
export function taken(
  error: string,
  {shown}: Pick<ReasonWorld, 'shown'>,
  fits: (file: string) => boolean,
): Omit<Reason, 'text'> & {readonly message: string} {
  const raised = withoutTraceback(error)
  const placeOf = (match: RegExpExecArray): Omit<Reason, 'text'> => ({
    file: shown(match[1] ?? ''),
    line: Number(match[2]),
  })
  let message = raised
  let place: Omit<Reason, 'text'> = {file: null, line: null}
  for (let at = raisedAt.exec(message); at !== null; at = raisedAt.exec(message)) {
    message = message.slice(at[0].length)
    place = placeOf(at)
  }
  if (place.file?.startsWith(`${contextFolder}/`) === true) return {message, ...place}
  const callers = [...error.slice(raised.length).matchAll(/^\s*(\S[^\n:]*):(\d+): /gm)].map(placeOf)
  return {message, ...(callers.find(({file}) => file !== null && fits(file)) ?? place)}
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
  {
    find: /^\S*\/mod_[^/]+\.lua: No such file or directory$/,
    tell: () => 'there is no such module in any of the plugin paths',
  },
]

function textOf(message: string, context: Context): string {
  for (const {find, tell} of kinds) {
    const match = find.exec(message)
    if (match !== null) return tell(match, context)
  }
  return context.world.shown(message.trim().replaceAll(/\s*\n\s*/g, ' '))
}

function missingLibrary(name: string, {lua}: ReasonWorld): string {
  if (name.startsWith('prosody.')) return `this Prosody has no library ${name}`
  return /^(?:util|net|core)\./.test(name)
    ? `library ${name} is neither Prosody's nor installed for Lua ${lua}`
    : `Lua library ${name} is not installed for Lua ${lua}`
}

/** Prosody passes the error of the other module on with changes, so its own is looked up. */
function dependency(name: string, {world, above}: Context): string {
  const error = world.errors.get(name)
  const needs = `it needs mod_${name}`
  if (error === undefined) return `${needs}, which was not loaded`
  if (above.has(name)) return `${needs}, which needs it`
  const {text, file, line} = told({name, error}, world, new Set([...above, name]))
  if (!world.files.has(name) && file === null) return `${needs}: ${text}`
  const where = file === null ? '' : `${file}:${line ?? 0}: `
  return `${needs}, which was not loaded: ${where}${text}`
}

/**
 * Makes a function that turns paths in the temporary folder into those of the project, in any text. Lua shortens long
 * ones from the left; what is left over is looked up.
 * @param files main files of the project's modules
 * @param inside the temporary folder as Prosody sees it
 */
export function pathShower(files: readonly string[], inside: string): (text: string) => string {
  return (text) =>
    text
      .replaceAll(`${inside}/`, '')
      .replaceAll(/\.\.\.([^\s:'"]*\/[^\s:'"]+\.lua)/g, (short, rest: string) => {
        const at = rest.indexOf(`${contextFolder}/`)
        return at === -1 ? (files.find((file) => file.endsWith(rest)) ?? short) : rest.slice(at)
      })
}
