import {compilePattern} from './lua-pattern.ts'

/**
 * Tells whether a path lies under a glob, as luacheck has it: `?`, `*`, `[…]` within a name, `**` for any folders, and
 * what lies below a folder that fits, fits. Both are absolute, with slashes.
 */
export function matchesGlob(glob: string, path: string): boolean {
  const {parts, prefix, literal} = known(glob)
  if (parts === undefined) return path === glob || path.startsWith(prefix)
  // Few paths have what a glob is about, and looking for that costs next to nothing.
  if (!path.includes(literal)) return false
  return partsMatch({glob: parts, path: partsOf(path)}, 0, 0)
}

interface Glob {
  /** Undefined where it is a plain path. */
  readonly parts: readonly string[] | undefined
  /** What paths below a plain one start with. */
  readonly prefix: string
  /** The longest text that is in every path which fits. */
  readonly literal: string
}

/** Few globs are compared with many paths. */
const globs = new Map<string, Glob>()

function known(glob: string): Glob {
  const found = globs.get(glob) ?? {
    parts: /[*?[]/.test(glob) ? partsOf(glob) : undefined,
    prefix: glob.endsWith('/') ? glob : `${glob}/`,
    literal: longest(glob.split(/\/|\*|\?|\[!?\]?[^\]]*\]/)),
  }
  globs.set(glob, found)
  return found
}

function longest(texts: readonly string[]): string {
  return texts.reduce((known, one) => (one.length > known.length ? one : known), '')
}

/** Orders globs from the widest to the narrowest. */
export function compareGlobs(first: string, second: string): number {
  const others = partsOf(second)
  const parts = partsOf(first)
  for (let at = 0; at < Math.max(parts.length, others.length); at += 1) {
    const part = parts[at]
    const other = others[at]
    if (part === undefined) return -1
    if (other === undefined) return 1
    if (part !== other && (part === '**' || other === '**')) return part === '**' ? -1 : 1
    const specials = specialsIn(other) - specialsIn(part)
    if (specials !== 0) return specials
  }
  return first < second ? -1 : first > second ? 1 : 0
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

function specialsIn(part: string): number {
  return part.replace(/[^*?[]/g, '').length
}

interface Parts {
  readonly glob: readonly string[]
  readonly path: readonly string[]
}

/** Whether what is left of a path lies under what is left of a glob. */
function partsMatch(parts: Parts, globAt: number, pathAt: number): boolean {
  const part = parts.glob[globAt]
  if (part === undefined) return true
  if (part === '**') {
    for (let at = pathAt; at <= parts.path.length; at += 1) if (partsMatch(parts, globAt + 1, at)) return true
    return false
  }
  const name = parts.path[pathAt]
  return name !== undefined && partMatches(part, name) && partsMatch(parts, globAt + 1, pathAt + 1)
}

const compiled = new Map<string, ((name: string) => boolean) | undefined>()

function partMatches(glob: string, name: string): boolean {
  if (!compiled.has(glob)) compiled.set(glob, compilePattern(`^${patternOf(glob)}$`))
  return compiled.get(glob)?.(name) ?? false
}

/** A part of a glob as a Lua pattern. */
function patternOf(glob: string): string {
  return glob.replace(
    /\[(!?)(\]?[^\]]*)\]|[*?]|[^A-Za-z0-9*?]/g,
    (text, not: string, set: string | undefined) => {
      if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replace(/[^A-Za-z0-9-]/g, '%$&')}]`
      return text === '*' ? '.*' : text === '?' ? '.' : `%${text}`
    },
  )
}
