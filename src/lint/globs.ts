import {compilePattern} from './lua-pattern.ts'

/**
 * Whether a path lies under a glob, as luacheck has it: `?`, `*`, `[…]` within a name, `**` for any folders, and what
 * lies below a folder that fits, fits. Both are absolute, with slashes.
 */
export function matchesGlob(glob: string, path: string): boolean {
  if (!/[*?[]/.test(glob)) return path === glob || path.startsWith(glob.endsWith('/') ? glob : `${glob}/`)
  return partsMatch(partsOf(glob), partsOf(path))
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

function partsMatch(glob: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = glob
  if (first === undefined) return true
  if (first === '**') return path.some((_, at) => partsMatch(rest, path.slice(at))) || partsMatch(rest, [])
  const [name, ...below] = path
  return name !== undefined && partMatches(first, name) && partsMatch(rest, below)
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
