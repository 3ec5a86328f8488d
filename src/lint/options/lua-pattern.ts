/** Matches one item of a pattern at a place and goes on with the rest; gives the end or -1. */
type Matcher = (text: string, at: number, depth: number) => number

/** Patterns may nest no deeper, as in Lua (MAXCCALLS of lstrlib.c). */
const deepest = 200

/** Ways that one test may try, but for long texts: patterns such as `a*a*a*b` have endlessly many. */
const mostTries = 10_000

interface Work {
  left: number
}

/**
 * Makes a test of a Lua pattern (reference manual, 6.4.1); undefined for what is none. Captures are read, and nothing
 * more is done with them: back references and positions of captures are not supported. What takes too many tries does
 * not match.
 */
export function compilePattern(pattern: string): ((text: string) => boolean) | undefined {
  const isAnchored = pattern.startsWith('^')
  const items = itemsOf(isAnchored ? pattern.slice(1) : pattern)
  if (items === undefined) return undefined
  const work: Work = {left: 0}
  const matcher = chain(items, 0, work)
  return (text) => {
    work.left = Math.max(mostTries, 4 * text.length)
    for (let at = 0; at <= text.length; at += 1) {
      if (matcher(text, at, 0) !== -1) return true
      if (isAnchored) return false
    }
    return false
  }
}

interface Item {
  readonly kind: 'single' | 'balanced' | 'frontier' | 'end'
  readonly test: (char: string) => boolean
  readonly repeat: '' | '*' | '+' | '-' | '?'
  readonly pair: string
}

const nothing = {test: () => false, repeat: '', pair: ''} as const

function itemsOf(pattern: string): Item[] | undefined {
  const items: Item[] = []
  let open = 0
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at)
    if (char === '(' || char === ')') {
      open += char === '(' ? 1 : -1
      if (open < 0) return undefined
      at += 1
    } else if (char === '$' && at === pattern.length - 1) {
      items.push({...nothing, kind: 'end'})
      at += 1
    } else {
      const item = itemAt(pattern, at)
      if (item === undefined) return undefined
      items.push(item.item)
      at = item.next
    }
  }
  return open === 0 ? items : undefined
}

function itemAt(pattern: string, at: number): {readonly item: Item; readonly next: number} | undefined {
  const two = pattern.slice(at, at + 2)
  if (two === '%b') {
    const pair = pattern.slice(at + 2, at + 4)
    return pair.length < 2 ? undefined : {item: {...nothing, kind: 'balanced', pair}, next: at + 4}
  }
  if (two === '%f') {
    const set = pattern.charAt(at + 2) === '[' ? classAt(pattern, at + 2) : undefined
    return set && {item: {...nothing, kind: 'frontier', test: set.test}, next: set.next}
  }
  const found = classAt(pattern, at)
  if (found === undefined) return undefined
  const repeat = pattern.charAt(found.next)
  const isRepeat = repeat !== '' && '*+-?'.includes(repeat)
  return {
    item: {kind: 'single', test: found.test, repeat: isRepeat ? (repeat as Item['repeat']) : '', pair: ''},
    next: found.next + (isRepeat ? 1 : 0),
  }
}

interface Class {
  readonly test: (char: string) => boolean
  readonly next: number
}

const classes: Readonly<Record<string, RegExp>> = {
  a: /[A-Za-z]/,
  c: /[\0-\x1f\x7f]/,
  d: /[0-9]/,
  l: /[a-z]/,
  p: /[!-/:-@[-`{-~]/,
  s: /[ \t\n\v\f\r]/,
  u: /[A-Z]/,
  w: /[A-Za-z0-9]/,
  x: /[0-9A-Fa-f]/,
  z: /\0/,
}

function classAt(pattern: string, at: number): Class | undefined {
  const char = pattern.charAt(at)
  if (char === '%') {
    const name = pattern.charAt(at + 1)
    return name === '' ? undefined : {test: escaped(name), next: at + 2}
  }
  if (char === '[') return setAt(pattern, at)
  return {test: char === '.' ? () => true : (one) => one === char, next: at + 1}
}

function escaped(name: string): Class['test'] {
  const regex = classes[name.toLowerCase()]
  if (regex === undefined) return (char) => char === name
  const isNegated = name !== name.toLowerCase()
  return (char) => regex.test(char) !== isNegated
}

function setAt(pattern: string, start: number): Class | undefined {
  const isNegated = pattern.charAt(start + 1) === '^'
  let at = start + (isNegated ? 2 : 1)
  const tests: Class['test'][] = []
  // A bracket right at the beginning stands for itself.
  do {
    const char = pattern.charAt(at)
    if (char === '') return undefined
    const last = pattern.charAt(at + 2)
    if (char === '%') {
      const name = pattern.charAt(at + 1)
      if (name === '') return undefined
      tests.push(escaped(name))
      at += 2
    } else if (pattern.charAt(at + 1) === '-' && last !== ']' && last !== '') {
      tests.push((one) => one >= char && one <= last)
      at += 3
    } else {
      tests.push((one) => one === char)
      at += 1
    }
  } while (pattern.charAt(at) !== ']')
  return {test: (char) => tests.some((test) => test(char)) !== isNegated, next: at + 1}
}

function chain(items: readonly Item[], index: number, work: Work): Matcher {
  const item = items[index]
  if (item === undefined) return (_, at) => at
  const rest = chain(items, index + 1, work)
  switch (item.kind) {
    case 'end':
      return (text, at) => (at === text.length ? at : -1)
    case 'balanced':
      return (text, at, depth) => {
        const end = balancedEnd(text, at, item.pair)
        return end === -1 ? -1 : rest(text, end, depth)
      }
    case 'frontier':
      return (text, at, depth) => {
        const before = at === 0 ? '\0' : text.charAt(at - 1)
        const after = at === text.length ? '\0' : text.charAt(at)
        return item.test(before) || !item.test(after) ? -1 : rest(text, at, depth)
      }
    case 'single':
      return single(item, rest, work)
  }
}

function single({test, repeat}: Item, rest: Matcher, work: Work): Matcher {
  const fits = (text: string, at: number): boolean => at < text.length && test(text.charAt(at))
  const most = repeat === '*' || repeat === '+' ? Infinity : 1
  const least = repeat === '' || repeat === '+' ? 1 : 0
  return (text, start, depth) => {
    if (depth > deepest || work.left < 0) return -1
    let count = 0
    if (repeat === '-') {
      for (;;) {
        work.left -= 1
        const end = rest(text, start + count, depth + 1)
        if (end !== -1) return end
        if (work.left < 0 || !fits(text, start + count)) return -1
        count += 1
      }
    }
    while (count < most && fits(text, start + count)) count += 1
    for (; count >= least && work.left >= 0; count -= 1) {
      work.left -= 1
      const end = rest(text, start + count, depth + 1)
      if (end !== -1) return end
    }
    return -1
  }
}

function balancedEnd(text: string, start: number, pair: string): number {
  if (text.charAt(start) !== pair.charAt(0)) return -1
  for (let at = start + 1, open = 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === pair.charAt(1)) {
      open -= 1
      if (open === 0) return at + 1
    } else if (char === pair.charAt(0)) open += 1
  }
  return -1
}
