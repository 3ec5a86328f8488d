/** Braces can hold braces and `{1..100000}`: where there are more words than these, the word stays as it is written. */
const mostWords = 1000

/** Lists the words, as they are written, that a word with braces stands for; the word alone where it has none. */
export function bracesIn(written: string): readonly string[] {
  const words = expand(written, 0)
  return words.length > mostWords ? [written] : words
}

function expand(written: string, from: number): readonly string[] {
  const brace = firstBrace(written, from)
  if (brace === undefined) return [written]
  const {start, end, choices} = brace
  const before = written.slice(0, start)
  const after = expand(written.slice(end), 0)
  const words: string[] = []
  for (const choice of choices) {
    for (const inner of expand(choice, 0)) for (const rest of after) words.push(before + inner + rest)
    if (words.length > mostWords) break
  }
  return words
}

interface Brace {
  readonly start: number
  readonly end: number
  readonly choices: readonly string[]
}

function firstBrace(written: string, from: number): Brace | undefined {
  for (let start = from; start < written.length; start++) {
    start = pastQuoted(written, start)
    if (written[start] !== '{') continue
    const found = braceAt(written, start)
    if (found !== undefined) return found
  }
  return undefined
}

function braceAt(written: string, start: number): Brace | undefined {
  const commas: number[] = []
  let depth = 0
  for (let at = start; at < written.length; at++) {
    at = pastQuoted(written, at)
    if (written[at] === '{') depth++
    else if (written[at] === ',' && depth === 1) commas.push(at)
    else if (written[at] === '}' && --depth === 0) {
      const choices =
        commas.length > 0 ? between(written, [start, ...commas, at]) : range(written.slice(start + 1, at))
      return choices && {start, end: at + 1, choices}
    }
  }
  return undefined
}

function between(written: string, marks: readonly number[]): readonly string[] {
  return marks.slice(1).map((mark, index) => written.slice((marks[index] ?? 0) + 1, mark))
}

/** `1..3`, `01..10`, `a..c`, `1..9..2`. */
function range(inner: string): readonly string[] | undefined {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.-?(\d{1,9}))?$/.exec(inner)
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(inner)
  if (letters !== null) {
    const codes = steps((letters[1] ?? '').charCodeAt(0), (letters[2] ?? '').charCodeAt(0), 1)
    return codes.map((code) => String.fromCharCode(code))
  }
  if (numbers === null) return undefined
  const [, first = '', last = '', step = '1'] = numbers
  const width = /^-?0\d/.test(first) || /^-?0\d/.test(last) ? Math.max(first.length, last.length) : 0
  return steps(Number(first), Number(last), Math.max(1, Number(step))).map((one) =>
    String(one).padStart(width, '0'),
  )
}

function steps(first: number, last: number, step: number): readonly number[] {
  const count = Math.min(Math.floor(Math.abs(last - first) / step) + 1, mostWords + 1)
  return Array.from({length: count}, (_, index) => first + Math.sign(last - first) * step * index)
}

/** Gives the offset behind quotes, `\x`, `${…}` and `$(…)` that begin at one. */
function pastQuoted(written: string, at: number): number {
  const rest = written.slice(at)
  const quoted = /^(?:\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"|`[^`]*`|\$\{[^}]*\}|\$\([^)]*\))/.exec(rest)
  return quoted === null ? at : pastQuoted(written, at + quoted[0].length)
}
