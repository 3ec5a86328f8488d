/**
 * Tells whether a .dockerignore keeps a path from the builder: of the patterns that fit it or a folder above it the last
 * one counts (https://docs.docker.com/build/concepts/context/#dockerignore-files).
 * @param path from the context's root, `/`-separated
 */
export function isIgnored(text: string, path: string): boolean {
  let ignored = false
  for (const {isExcept, fits} of patternsIn(text)) if (fits.test(path)) ignored = !isExcept
  return ignored
}

interface Pattern {
  readonly isExcept: boolean
  readonly fits: RegExp
}

function patternsIn(text: string): Pattern[] {
  return text.split(/\r?\n/).flatMap((whole) => {
    const line = whole.trim()
    if (line === '' || line.startsWith('#')) return []
    const isExcept = line.startsWith('!')
    const plain = (isExcept ? line.slice(1).trim() : line).replace(/^(?:\.?\/)+|\/+$/g, '')
    return plain === '' ? [] : [{isExcept, fits: expressionOf(plain)}]
  })
}

/** `**` stands for any number of folders, `*` and `?` for what has no slash; a folder stands for all that lies in it. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*\/?|\*|\?|\[[^\]]*\])/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?'
      if (part === '**') return '.*'
      if (part === '*') return '[^/]*'
      if (part === '?') return '[^/]'
      if (/^\[[^\]]+\]$/.test(part)) return `[${part.slice(1, -1).replaceAll('\\', '\\\\')}]`
      return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    })
    .join('')
  try {
    return new RegExp(`^${source}(?:/.*)?$`)
  } catch {
    // A range that is none fits nothing.
    return /^(?!)/
  }
}
