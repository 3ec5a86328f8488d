import type {Notes} from '../notes.ts'
import {partOf, type Source} from '../source.ts'
import {readExec, readShell} from '../shell/statements.ts'
import {isShell, programName} from '../shell/wrappers.ts'
import type {Instruction} from '../types.ts'
import {literalWord, type Value} from '../value.ts'
import type {RawHeredoc, RawInstruction} from './lines.ts'
import {jsonWords} from './words.ts'

/** A RUN, and what holds where it stands. */
export interface Run {
  readonly raw: RawInstruction
  /** The whole input. */
  readonly text: string
  /** Of its arguments behind the flags, in the joined text. */
  readonly from: number
  readonly notes: Notes
  readonly variables: ReadonlyMap<string, Value>
  /** Of SHELL. */
  readonly shell: readonly string[]
}

type Read = Pick<Instruction, 'words' | 'statements' | 'actions'>

/** Reads a RUN in any of its forms. */
export function readRun(run: Run): Read {
  const {raw, from, notes, variables, shell} = run
  const args = partOf(raw.joined, from, raw.joined.text.length)
  const words = jsonWords(args.text)
  if (words !== undefined) {
    const read = readExec({source: args, notes, variables, words})
    return {words: words.map(literalWord), ...read}
  }
  if (args.text.trim() === '') notes.problem(raw.start, 'RUN without a command')
  if (!/(?:^|[/\\])(?:ba|da|a|k|z)?sh$/.test(shell[0] ?? '')) {
    notes.problem(raw.start, `RUN in ${shell[0] ?? 'no shell'}, which is no shell that is read here`)
    return {words: [], statements: [], actions: []}
  }
  return {words: [], ...readShell({source: scriptOf(run, args), notes, variables})}
}

/** What the shell gets: the line with its here-documents, or the here-document alone where it is all there is. */
function scriptOf({raw, text}: Run, args: Source): Source {
  const [only, ...others] = raw.heredocs
  if (only === undefined) return args
  const isAlone = others.length === 0 && /^<<-?(["']?)[\w.+/-]+\1\s*$/.test(args.text)
  const interpreter = isAlone ? interpreterOf(text.slice(only.start, only.end)) : undefined
  const isScript = isAlone && (interpreter === undefined || isShell(programName(interpreter)))
  if (isScript) return bodyOf(text, only)
  // The builder gives such a text to its program as it is, whether its name is quoted or not.
  const head =
    interpreter === undefined ? args.text : `${interpreter} <<${only.isIndented ? '-' : ''}'${only.name}'`
  const place = interpreter === undefined ? args.at : () => args.at(0)
  const bodies = withoutReturns(text, only.start, raw.end)
  return {
    text: `${head}\n${bodies.text}`,
    at: (offset) => (offset <= head.length ? place(offset) : bodies.at(offset - head.length - 1)),
  }
}

/** `#!/usr/bin/env python3` runs the text itself. */
function interpreterOf(whole: string): string | undefined {
  return /^\s*#!\s*(?:\S*\/env\s+(?:-\S+\s+)*)?(\S+)/.exec(whole)?.[1]
}

function bodyOf(text: string, {start, end, isIndented}: RawHeredoc): Source {
  const body = withoutReturns(text, start, end)
  if (!isIndented) return body
  const offsets = [...body.text.matchAll(/^\t*(.*(?:\n|$))/gm)].flatMap(({0: line, 1: kept = '', index}) =>
    Array.from({length: kept.length}, (_, at) => index + line.length - kept.length + at),
  )
  return {
    text: offsets.map((offset) => body.text[offset] ?? '').join(''),
    at: (offset) => body.at(offsets[offset] ?? body.text.length),
  }
}

function withoutReturns(text: string, start: number, end: number): Source {
  const part = text.slice(start, end)
  if (!part.includes('\r\n')) return {text: part, at: (offset) => Math.min(start + offset, end)}
  const offsets: number[] = []
  for (let at = 0; at < part.length; at++)
    if (part[at] !== '\r' || part[at + 1] !== '\n') offsets.push(start + at)
  return {text: part.replaceAll('\r\n', '\n'), at: (offset) => offsets[offset] ?? end}
}
