import {notesOn} from './notes.ts'
import type {Source} from './source.ts'
import {readShell} from './shell/statements.ts'
import type {Recipe} from './types.ts'

/** Reads a shell script. Throws nothing: what can't be read is among the problems. */
export function readScript(text: string): Recipe {
  const notes = notesOn(text)
  const source = withoutCarriageReturns(text)
  const {statements, actions} = readShell({source, notes, variables: new Map()})
  const instruction = {
    keyword: 'RUN',
    line: 1,
    lastLine: notes.lineOf(text.length),
    start: 0,
    end: text.length,
    stage: -1,
    flags: {},
    words: [],
    heredocs: [],
    statements,
    actions,
  }
  return {kind: 'script', text, instructions: [instruction], problems: notes.problems, missing: notes.missing}
}

/** Files from Windows: a shell would take the carriage return for a part of the last word. */
function withoutCarriageReturns(text: string): Source {
  const bare = text.replaceAll('\r\n', '\n')
  const start = bare.startsWith('\uFEFF') ? 1 : 0
  if (bare.length === text.length) return {text: bare.slice(start), at: (offset) => offset + start}
  const offsets: number[] = []
  for (let at = start; at < text.length; at++)
    if (text[at] !== '\r' || text[at + 1] !== '\n') offsets.push(at)
  return {text: bare.slice(start), at: (offset) => offsets[offset] ?? text.length}
}
