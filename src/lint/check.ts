import type * as Ast from 'luaparse'
import {tooLarge, withoutBom, type LuaProblem} from '../lua/parse.ts'
import {readSyntax, type Syntax} from '../lua/syntax.ts'
import {mayHaveDirectives} from './rules/comments.ts'
import {build} from './luacheck/build.ts'
import {withoutSemicolon} from './fix.ts'
import {connect} from './luacheck/flow.ts'
import {Graph} from './luacheck/graph.ts'
import {checkGlobals} from './luacheck/globals.ts'
import {inlineOptions, type OptionChange} from './options/inline.ts'
import {Issues, mostIssues, TooManyIssues, type Issue} from './luacheck/issue.ts'
import {largest} from '../lua/largest.ts'
import {checkLocals, checkUninitialised} from './luacheck/locals.ts'
import {Places} from './luacheck/places.ts'
import {checkRecursion} from './luacheck/recursion.ts'
import {scan, type Scan} from './source/scan.ts'
import {checkComplexity, checkReach} from './luacheck/shape.ts'
import {syntaxProblem} from './source/syntax-error.ts'
import {SourceText} from './source/text.ts'
import {checkWhitespace} from './luacheck/whitespace.ts'

/** All that was found in a file, before options decide what is reported. */
export interface Report {
  readonly issues: readonly Issue[]
  readonly changes: readonly OptionChange[]
  readonly text: SourceText
  readonly lineKinds: Scan['lineKinds']
  /** What keeps the file from being read as Lua: then it is all that is found, and no option hides it. */
  readonly problem: FileProblem | undefined
  /** The tree of a file that can be read. */
  readonly syntax?: Syntax
}

/** Which of the two groups of rules a report is wanted for. */
export interface Wanted {
  readonly luacheck: boolean
  /** Whether the rules about Prosody will look at the file, which want to see comments. */
  readonly rules: boolean
}

/** What keeps a file from being read, with where it ends on its line. */
export interface FileProblem extends LuaProblem {
  readonly endColumn: number
}

/** Checks a file. Nothing of it is run. */
export function check(bytes: Buffer, {luacheck, rules}: Wanted): Report {
  if (bytes.length > largest) return broken(new SourceText(''), tooLarge)
  const read = readSyntax(bytes, {locations: false, comments: rules && mayHaveDirectives(bytes)})
  if (read.problem !== undefined) return unparsed(bytes, read.problem)
  const {syntax} = read
  const text = new SourceText(syntax.source)
  if (!luacheck) return {...broken(text, {line: 1, column: 1, message: ''}), problem: undefined, syntax}
  try {
    return {...checkChunk(syntax.chunk, text), syntax}
  } catch (error) {
    if (error instanceof TooManyIssues)
      return broken(text, {line: 1, column: 1, message: `more than ${mostIssues} findings`})
    if (!(error instanceof RangeError)) throw error
    return tooDeep(text)
  }
}

/** Makes the report of code that can be parsed, but not gone through. */
export function tooDeep(text: SourceText): Report {
  return broken(text, {line: 1, column: 1, message: 'the code is nested too deeply to be read'})
}

function checkChunk(chunk: Ast.Chunk, text: SourceText): Report {
  const issues = new Issues()
  const scanned = scan(text)
  const places = new Places(scanned, text)
  const {main, chains} = build(chunk, {issues, places})
  const bodies = [main, ...main.inner]
  const graphs = bodies.map((body) => new Graph(body))
  const changes = inlineOptions(scanned, main.inner, {issues, text})
  const doubtful = connect(bodies, graphs)
  checkWhitespace(text, scanned, issues)
  checkComplexity(bodies, issues)
  for (const place of places.danglingSemicolons())
    issues.add('551', place, {fix: withoutSemicolon(text.source, place[0])})
  checkGlobals(chains, issues)
  checkUninitialised(doubtful, issues)
  checkReach(bodies, graphs, issues)
  checkLocals(bodies, issues)
  checkRecursion(main, issues)
  return {issues: issues.all, changes, text, lineKinds: scanned.lineKinds, problem: undefined}
}

/** Of a file that the parser refuses, in luacheck's words where it refuses it, too. */
function unparsed(bytes: Buffer, problem: LuaProblem): Report {
  const text = new SourceText(withoutBom(bytes).toString('latin1'))
  try {
    const found = syntaxProblem(text)
    if (found === undefined) return broken(text, problem)
    const {place, message} = found
    const column = text.column(place.line, place.start)
    const endColumn = text.endColumn(place.line, place.end)
    return broken(text, {line: place.line, column, message}, endColumn)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return broken(text, problem)
  }
}

function broken(text: SourceText, found: LuaProblem, endColumn = found.column): Report {
  const problem = {...found, endColumn}
  return {issues: [], changes: [], text, lineKinds: new Uint8Array(), problem}
}
