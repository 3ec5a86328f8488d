import {lineFinder} from './source.ts'
import type {MissingValue, SyntaxProblem} from './types.ts'

/** What is told about an input besides its instructions. */
export interface Notes {
  /** Gives the line, from 1, of an offset into the input. */
  readonly lineOf: (offset: number) => number
  readonly problems: readonly SyntaxProblem[]
  readonly missing: readonly MissingValue[]
  /** Notes a problem at an offset into the input; each text once a line. */
  problem(offset: number, text: string): void
  /** Notes a variable that is used at an offset and has no value. */
  miss(offset: number, name: string): void
}

/** What is no Dockerfile at all has a problem a line. */
const mostProblems = 100

/** Makes notes on an input. */
export function notesOn(text: string): Notes {
  const lineOf = lineFinder(text)
  const problems: SyntaxProblem[] = []
  const missing = new Map<string, MissingValue>()
  return {
    lineOf,
    problems,
    get missing() {
      return [...missing.values()]
    },
    problem(offset, told) {
      const line = lineOf(offset)
      if (problems.length >= mostProblems || problems.some((one) => one.line === line && one.text === told))
        return
      problems.push({line, text: told})
    },
    miss(offset, name) {
      if (!missing.has(name)) missing.set(name, {name, line: lineOf(offset)})
    },
  }
}
