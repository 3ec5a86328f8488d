import {posix} from 'node:path'

/** Makes a path absolute; one that begins with a variable counts as that. The root is '/'. */
export function absolute(cwd: string, path: string): string {
  const begins = path.startsWith('/') || path.startsWith('$') || path.startsWith('~')
  const whole = posix.normalize(begins ? `/${path}` : `${cwd}/${path}`)
  return whole.length > 1 ? whole.replace(/\/+$/, '') : whole
}

/** Returns what lies below a folder, '' for the folder itself; undefined for what does not. */
export function below(folder: string, path: string): string | undefined {
  if (path === folder) return ''
  const start = folder === '/' ? '/' : `${folder}/`
  return path.startsWith(start) ? path.slice(start.length) : undefined
}

/** Joins two relative paths of which either may be ''. */
export function joined(first: string, second: string): string {
  return [first, second].filter((part) => part !== '').join('/')
}

/** Tells whether a name fits a pattern of `*`, `?` and `[…]`. */
export function fitsName(pattern: string, name: string): boolean {
  return posixPattern(pattern).test(name)
}

/** Tells whether a path has a part that stands for several. */
export function isPattern(path: string): boolean {
  return /[*?]|\[[^\]]+\]/.test(path)
}

function posixPattern(pattern: string): RegExp {
  const source = pattern
    .split(/(\*+|\?|\[[^\]]+\])/)
    .map((part) => {
      if (/^\*+$/.test(part)) return '[^/]*'
      if (part === '?') return '[^/]'
      if (/^\[[^\]]+\]$/.test(part)) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
      return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    })
    .join('')
  try {
    return new RegExp(`^${source}$`)
  } catch {
    // A range that is none fits nothing.
    return /^(?!)/
  }
}
