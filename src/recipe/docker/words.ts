/** A word as it stands, and where. */
export interface RawWord {
  readonly text: string
  readonly offset: number
}

/** Splits at blanks alone, as Docker does for COPY, EXPOSE and the like. */
export function splitBlanks(text: string, from = 0): readonly RawWord[] {
  return [...text.slice(from).matchAll(/[^ \t]+/g)].map(({0: word, index}) => ({
    text: word,
    offset: from + index,
  }))
}

/** Splits at blanks outside of quotes, as Docker does for ARG, ENV and LABEL. */
export function splitQuoted(text: string, from = 0, escape = '\\'): readonly RawWord[] {
  const words: RawWord[] = []
  let start = -1
  let quote = ''
  for (let at = from; at <= text.length; at++) {
    const character = text[at]
    const isEnd = character === undefined || (quote === '' && /[ \t\r\n]/.test(character))
    if (isEnd) {
      if (start !== -1) words.push({text: text.slice(start, at), offset: start})
      start = -1
      continue
    }
    if (start === -1) start = at
    if (character === escape && quote !== "'") at++
    else if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
  }
  if (start !== -1 && words.at(-1)?.offset !== start) words.push({text: text.slice(start), offset: start})
  return words
}

/** Reads `["a", "b"]`; undefined for what is no list of texts, which Docker takes for a command line then. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined
  try {
    const read: unknown = JSON.parse(text)
    if (Array.isArray(read) && read.every((one) => typeof one === 'string')) return read
  } catch {
    // Docker says nothing either: it gives the text to the shell.
  }
  return undefined
}

/** Takes `--name=value` off the front of arguments. */
export function flagsOf(
  text: string,
  from: number,
): {readonly flags: readonly RawWord[]; readonly rest: number} {
  const flags: RawWord[] = []
  let rest = from
  for (;;) {
    const found = /^[ \t]*(--[A-Za-z][^ \t]*)(?=[ \t]|$)/.exec(text.slice(rest))
    if (found === null) break
    const word = found[1] ?? ''
    flags.push({text: word, offset: rest + found[0].length - word.length})
    rest += found[0].length
  }
  const blanks = /^[ \t]*/.exec(text.slice(rest))?.[0].length ?? 0
  return {flags, rest: rest + blanks}
}
