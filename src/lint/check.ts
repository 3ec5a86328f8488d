import type * as Ast from 'luaparse'
import {withoutBom, type LuaProblem} from '../lua/parse.ts'
import {readSyntax} from '../lua/syntax.ts'
import {build} from './build.ts'
import {withoutSemicolon} from './fix.ts'
import {connect} from './flow.ts'
import {checkGlobals} from './globals.ts'
import {inlineOptions, type OptionChange} from './inline.ts'
import {Issues, type Issue} from './issue.ts'
import {checkLocals, checkUninitialised} from './locals.ts'
import {Places} from './places.ts'
import {checkRecursion} from './recursion.ts'
import {scan, type Scan} from './scan.ts'
import {checkComplexity, checkReach} from './shape.ts'
import {syntaxProblem} from './syntax-error.ts'
import {SourceText} from './text.ts'
import {checkWhitespace} from './whitespace.ts'

/** Everything found in a file, before options decide what is reported. */
export interface Report {
  readonly issues: readonly Issue[]
  readonly changes: readonly OptionChange[]
  readonly text: SourceText
  readonly lineEndings: Scan['lineEndings']
  /** Of a file that can't be read as Lua: its only issue, which no option hides. */
  readonly problem: Issue | undefined
}

/** Larger files than any Lua that people write would cost gigabytes to parse. */
const largest = 8 * 2 ** 20

/** Checks a file. Nothing of it is run. */
export function check(bytes: Buffer): Report {
  if (bytes.length > largest)
    return broken(new SourceText(''), {line: 1, column: 1, message: `larger than ${largest} bytes`})
  const read = readSyntax(bytes)
  if (read.problem !== undefined) return unparsed(bytes, read.problem)
  const text = new SourceText(read.syntax.source)
  try {
    return checkChunk(read.syntax.chunk, text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return broken(text, {line: 1, column: 1, message: 'the code is nested too deeply to be read'})
  }
}

function checkChunk(chunk: Ast.Chunk, text: SourceText): Report {
  const issues = new Issues(text)
  const scanned = scan(text.source)
  const places = new Places(scanned, text)
  const built = build(chunk, {issues, places})
  const {main} = built
  const bodies = [main, ...main.inner]
  const changes = inlineOptions(scanned, main.inner, issues)
  connect(bodies)
  checkWhitespace(text, scanned, issues)
  checkComplexity(bodies, issues)
  for (const place of places.danglingSemicolons())
    issues.add('551', place, {fix: withoutSemicolon(text.source, place.start)})
  checkGlobals(built, issues)
  checkUninitialised(bodies, issues)
  checkReach(bodies, issues)
  checkLocals(bodies, issues)
  checkRecursion(main, issues)
  return {issues: issues.all, changes, text, lineEndings: scanned.lineEndings, problem: undefined}
}

/** Of a file that the parser refuses, in luacheck's words where it refuses it, too. */
function unparsed(bytes: Buffer, problem: LuaProblem): Report {
  const text = new SourceText(withoutBom(bytes).toString('latin1'))
  try {
    const found = syntaxProblem(text)
    if (found === undefined) return broken(text, problem)
    const {place, message} = found
    const issues = new Issues(text)
    issues.add('011', place, {text: message})
    return {issues: [], changes: [], text, lineEndings: new Map(), problem: issues.all[0]}
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return broken(text, problem)
  }
}

function broken(text: SourceText, {line, column, message}: LuaProblem): Report {
  const problem = {code: '011', line, column, endColumn: column, details: {text: message}}
  return {issues: [], changes: [], text, lineEndings: new Map(), problem}
}
