/** Reads `[a, "b"]` and `[{name: a}, {name: b}]` of one line; undefined for anything else. */
export function flowList(text: string): readonly (string | ReadonlyMap<string, string>)[] | undefined {
  const inner = /^\[(?!\[)(.*)\]$/.exec(text.trim())?.[1]
  if (inner === undefined) return undefined
  return parts(inner).map((part) => flowMap(part) ?? unquoted(part))
}

/** Reads `{name: a, version: "b"}` of one line; undefined for anything else. */
export function flowMap(text: string): ReadonlyMap<string, string> | undefined {
  const inner = /^\{(?!\{)(.*)\}$/.exec(text.trim())?.[1]
  if (inner === undefined) return undefined
  const pairs = parts(inner).map((part) => {
    const colon = part.search(/:(?:\s|$)/)
    return colon < 0
      ? undefined
      : ([unquoted(part.slice(0, colon)), unquoted(part.slice(colon + 1))] as const)
  })
  return new Map(pairs.filter((pair) => pair !== undefined))
}

/** Splits at commas that stand in no quotes and no brackets. */
function parts(text: string): readonly string[] {
  const found: string[] = []
  let [start, depth, quote] = [0, 0, '']
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if ('[{('.includes(char)) depth++
    else if (')}]'.includes(char)) depth--
    else if (char === ',' && depth === 0) {
      found.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...found, text.slice(start)].map((part) => part.trim()).filter((part) => part !== '')
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  return /^(["'])(.*)\1$/.exec(trimmed)?.[2] ?? trimmed
}
