import type {Notes} from '../notes.ts'
import type {Source} from '../source.ts'
import {heredocMarks, type HeredocMark} from './heredoc-marks.ts'

/** A here-document as it stands below an instruction. */
export interface RawHeredoc extends HeredocMark {
  /** Offsets into the input of its text, without the line of its name. */
  readonly start: number
  readonly end: number
}

/** An instruction as it stands: its lines joined, comments and empty lines between them left out. */
export interface RawInstruction {
  /** Offsets into the input. */
  readonly start: number
  readonly end: number
  readonly joined: Source
  readonly heredocs: readonly RawHeredoc[]
  /** The character that joins lines. */
  readonly escape: string
}

interface Line {
  readonly text: string
  readonly start: number
}

/** Cuts a Dockerfile into its instructions. */
export function instructionsIn(text: string, notes: Notes): readonly RawInstruction[] {
  const lines = linesOf(text)
  const escape = escapeOf(lines)
  const found: RawInstruction[] = []
  for (let at = 0; at < lines.length;) {
    if (isIgnored(lines[at])) {
      at++
      continue
    }
    const {source, next} = joinFrom(lines, at, escape)
    const {heredocs, after} = bodiesFrom(lines, next, {marks: heredocMarks(source.text), notes})
    const last = lines[after - 1]
    const start = source.at(0)
    found.push({start, end: endOf(last, start), joined: source, heredocs, escape})
    at = after
  }
  return found
}

function endOf(line: Line | undefined, start: number): number {
  return line === undefined ? start : line.start + line.text.length
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    lines.push({text: text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end), start})
    start = end + 1
  }
  return lines
}

/** Directives are comments above everything else. */
function escapeOf(lines: readonly Line[]): string {
  for (const {text} of lines) {
    const directive = /^\s*#\s*([A-Za-z][\w-]*)\s*=\s*(.*?)\s*$/.exec(text)
    if (directive === null) break
    if (directive[1]?.toLowerCase() === 'escape' && directive[2] === '`') return '`'
  }
  return '\\'
}

function isIgnored(line: Line | undefined): boolean {
  return line === undefined || /^\s*(?:#|$)/.test(line.text)
}

function joinFrom(
  lines: readonly Line[],
  first: number,
  escape: string,
): {readonly source: Source; readonly next: number} {
  const offsets: number[] = []
  const parts: string[] = []
  const ending = escape === '`' ? /`[ \t]*$/ : /\\[ \t]*$/
  let at = first
  for (; at < lines.length; at++) {
    const line = lines[at]
    if (line === undefined) break
    if (at > first && isIgnored(line)) continue
    const skipped = at === first ? line.text.length - line.text.trimStart().length : 0
    const ended = ending.exec(line.text)
    const end = ended?.index ?? line.text.length
    parts.push(line.text.slice(skipped, end))
    for (let column = skipped; column < end; column++) offsets.push(line.start + column)
    if (ended === null) {
      at++
      break
    }
  }
  const text = parts.join('')
  const fallback = offsets.at(-1) ?? lines[first]?.start ?? 0
  return {source: {text, at: (offset) => offsets[offset] ?? fallback}, next: at}
}

function bodiesFrom(
  lines: readonly Line[],
  first: number,
  {marks, notes}: {readonly marks: readonly HeredocMark[]; readonly notes: Notes},
): {readonly heredocs: readonly RawHeredoc[]; readonly after: number} {
  const heredocs: RawHeredoc[] = []
  let at = first
  for (const mark of marks) {
    const from = at
    while (at < lines.length && nameOn(lines[at], mark) !== mark.name) at++
    const end = lines[at]
    const start = lines[from]?.start ?? endOf(lines.at(-1), 0)
    if (end === undefined) notes.problem(start, `here-document without its end ${mark.name}`)
    heredocs.push({...mark, start, end: end?.start ?? endOf(lines.at(-1), start)})
    at = Math.min(at + 1, lines.length)
  }
  return {heredocs, after: at}
}

function nameOn(line: Line | undefined, {isIndented}: HeredocMark): string | undefined {
  return isIndented ? line?.text.replace(/^\t+/, '') : line?.text
}
