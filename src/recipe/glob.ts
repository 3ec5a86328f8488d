type Token =
  | {readonly kind: 'many'}
  | {readonly kind: 'any'}
  | {readonly kind: 'char'; readonly test: (character: string) => boolean}

/** Tells whether a shell's pattern matches the whole of a text; a backslash takes a character as it is. */
export function matchesPattern(pattern: string, text: string): boolean {
  return matches(tokensOf(pattern), text)
}

/**
 * Takes the shortest or longest start or end away that a pattern matches: `#`, `##`, `%`, `%%`. Gives the text as it is where
 * nothing matches.
 */
export function withoutMatch(operator: string, pattern: string, text: string): string {
  const tokens = tokensOf(pattern)
  const isLongest = operator.length === 2
  const isStart = operator.startsWith('#')
  for (let taken = 0; taken <= text.length; taken++) {
    const length = isLongest ? text.length - taken : taken
    const cut = isStart ? length : text.length - length
    const part = isStart ? text.slice(0, cut) : text.slice(cut)
    if (matches(tokens, part)) return isStart ? text.slice(cut) : text.slice(0, cut)
  }
  return text
}

/** Puts a replacement for the longest match of a pattern: `/` the first, `//` all, `/#` at the start, `/%` at the end. */
export function withReplaced(
  operator: string,
  [pattern, replacement]: readonly [string, string],
  text: string,
): string {
  const tokens = tokensOf(pattern)
  let result = ''
  for (let at = 0; at < text.length;) {
    const end = operator === '/#' && at > 0 ? -1 : matchEnd(tokens, {text, at, mustEnd: operator === '/%'})
    if (end <= at) {
      result += text[at] ?? ''
      at++
      continue
    }
    result += replacement
    at = end
    if (operator !== '//') return result + text.slice(at)
  }
  return result
}

function matchEnd(
  tokens: readonly Token[],
  {text, at, mustEnd}: {readonly text: string; readonly at: number; readonly mustEnd: boolean},
): number {
  if (!tokens.some(({kind}) => kind === 'many')) {
    const end = at + tokens.length
    return end <= text.length && (!mustEnd || end === text.length) && matches(tokens, text.slice(at, end))
      ? end
      : -1
  }
  for (let end = text.length; end > at; end--) {
    if (matches(tokens, text.slice(at, end))) return end
    if (mustEnd) return -1
  }
  return -1
}

/** Goes back to the last `*` alone, so that no pattern takes longer than its length times the text's. */
function matches(tokens: readonly Token[], text: string): boolean {
  let token = 0
  let at = 0
  let star = -1
  let mark = 0
  while (at < text.length) {
    const current = tokens[token]
    if (current?.kind === 'many') {
      star = token++
      mark = at
    } else if (current !== undefined && (current.kind === 'any' || current.test(text[at] ?? ''))) {
      token++
      at++
    } else if (star === -1) return false
    else {
      token = star + 1
      at = ++mark
    }
  }
  while (tokens[token]?.kind === 'many') token++
  return token === tokens.length
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    const set =
      character === '[' ? /^\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]/.exec(pattern.slice(at))?.[0] : undefined
    if (character === '*') tokens.push({kind: 'many'})
    else if (character === '?') tokens.push({kind: 'any'})
    else if (set !== undefined) {
      tokens.push({kind: 'char', test: setTest(set.slice(1, -1))})
      at += set.length - 1
    } else if (character === '\\' && at + 1 < pattern.length) tokens.push(exactly(pattern[++at] ?? ''))
    else tokens.push(exactly(character))
  }
  return tokens
}

function exactly(expected: string): Token {
  return {kind: 'char', test: (character) => character === expected}
}

const classes: Readonly<Record<string, RegExp>> = {
  '[:alnum:]': /[A-Za-z0-9]/,
  '[:alpha:]': /[A-Za-z]/,
  '[:digit:]': /[0-9]/,
  '[:lower:]': /[a-z]/,
  '[:space:]': /\s/,
  '[:upper:]': /[A-Z]/,
}

function setTest(set: string): (character: string) => boolean {
  const isNot = /^[!^]/.test(set)
  const named = [...set.matchAll(/\[:\w+:\]/g)].flatMap(([name]) => classes[name] ?? [])
  const members = set.slice(isNot ? 1 : 0).replaceAll(/\[:\w+:\]/g, '')
  return (character) => (named.some((test) => test.test(character)) || isMember(members, character)) !== isNot
}

function isMember(members: string, character: string): boolean {
  for (let at = 0; at < members.length; at++) {
    const low = members[at] ?? ''
    const high = members[at + 2]
    if (members[at + 1] === '-' && high !== undefined) {
      if (character >= low && character <= high) return true
      at += 2
    } else if (low === character) return true
  }
  return false
}
