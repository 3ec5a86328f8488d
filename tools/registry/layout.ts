/**
 * Writes JSON so that Git diffs stay small: one space of indent, one entry a line, and the values that
 * `inline` names on one line each. A pattern is a path of keys with `*` for any key: `digests/*`.
 */
export function layoutJson(value: unknown, inline: readonly string[]): string {
  return `${expand(value, {path: [], inline: inline.map((pattern) => pattern.split('/'))})}\n`
}

interface Place {
  readonly path: readonly string[]
  readonly inline: readonly (readonly string[])[]
}

function expand(value: unknown, place: Place): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (place.inline.some((pattern) => matches(pattern, place.path))) return oneLine(value)
  const indent = ' '.repeat(place.path.length + 1)
  const lines = Object.entries(value).map(([key, item]: [string, unknown]) => {
    const text = expand(item, {...place, path: [...place.path, key]})
    return indent + (Array.isArray(value) ? text : `${JSON.stringify(key)}: ${text}`)
  })
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return lines.length === 0 ? open + close : `${open}\n${lines.join(',\n')}\n${indent.slice(1)}${close}`
}

function oneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`)
  return `{${entries.join(', ')}}`
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((key, at) => key === '*' || key === path[at])
}
