/** What a module logs by a call that stands in its text. */
export interface LoggedText {
  /** Line of the call, from 1. */
  readonly line: number
  /** The format, as far as it is written out: `%s` and so on stand for anything. */
  readonly format: string
  /** Whether more than the text written there is joined to it. */
  readonly isOpen: boolean
}

/** The text of a Lua file by lines, in which what stands near a place is looked up. */
export class SourceLines {
  readonly #lines: readonly string[]

  constructor(text: string) {
    this.#lines = text.split(/\r\n|\n\r|\n|\r/).map((line) => line.slice(0, longest))
  }

  /**
   * Returns a line of the file; '' where it has none of that number.
   * @param number from 1
   */
  line(number: number): string {
    return this.#lines[number - 1] ?? ''
  }

  /** Finds the variable or field that the value of an option goes into. */
  variableOf(number: number, option: string): string | undefined {
    const line = this.line(number)
    const read = new RegExp(`[.:]get_option\\w*\\s*\\(?\\s*["']${escaped(option)}["']`).exec(line)
    if (read === null) return undefined
    const head = line.slice(0, read.index)
    const single = /(\w+)\s*=\s*(?:[\w.]+\s*\(\s*)*[\w.]+$/.exec(head)?.[1]
    const [, list, rest = ''] = /^\s*(?:local\s+)?(\w+(?:\s*,\s*\w+)+)\s*=(.*)$/.exec(head) ?? []
    if (list === undefined) return single
    return list.split(',')[(rest.match(/get_option/g) ?? []).length]?.trim()
  }

  /**
   * Finds the condition that a line stands under, where it is written on one of the few lines above or on the line
   * itself.
   */
  conditionOf(number: number): string | undefined {
    for (let at = number; at > 0 && at > number - near; at -= 1) {
      const found = /\bif\b(.*)\bthen\b/.exec(this.line(at))
      if (found !== null) return found[1] ?? ''
      if (at < number && /^\s*end\b/.test(this.line(at))) return undefined
    }
    return undefined
  }

  /** Lists every text that the file logs as a warning or an error. */
  logged(): LoggedText[] {
    return this.#lines.flatMap((line, index) => {
      const found =
        /\blog\s*\(\s*["'](?:warn|error)["']\s*,\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(\.\.)?/.exec(
          line,
        )
      if (found === null) return []
      const format = (found[1] ?? found[2] ?? '').replace(/\\(["'\\])/g, '$1')
      return [{line: index + 1, format, isOpen: found[3] !== undefined}]
    })
  }
}

/** Longer lines are written by programs, and nobody is told of them. */
const longest = 500
/** How far a condition may stand above what it is for. */
const near = 5
/** Shorter texts are no proof of a place. */
const enough = 8

/** Tells whether a message may have been made of a text that a module logs. */
export function isMadeOf(said: string, {format, isOpen}: LoggedText): boolean {
  const pieces = format.split(/%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]/).map((piece) => piece.replaceAll('%%', '%'))
  if (pieces.join('').trim().length < enough) return false
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? (said.startsWith(piece) ? 0 : -1) : said.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return isOpen || pieces.at(-1) === '' || said.trimEnd().endsWith(pieces.at(-1)?.trimEnd() ?? '')
}

/** Returns a line of Lua without its strings and its comment. */
export function stringless(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""').replace(/--.*$/, '')
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
