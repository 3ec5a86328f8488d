import type * as Ast from 'luaparse'
import {readSyntax} from '../lua/syntax.ts'
import {build} from './build.ts'
import {connect} from './flow.ts'
import {checkGlobals} from './globals.ts'
import {inlineOptions, type OptionChange} from './inline.ts'
import {Issues, type Issue} from './issue.ts'
import {checkLocals, checkUninitialised} from './locals.ts'
import {endOf, Places, startOf} from './places.ts'
import {checkRecursion} from './recursion.ts'
import {scan, type Scan} from './scan.ts'
import {checkComplexity, checkReach} from './shape.ts'
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
  if (read.problem !== undefined) return broken(new SourceText(''), read.problem)
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
  const built = build(chunk, {issues, places: new Places(scanned, text)})
  const {main} = built
  const bodies = [main, ...main.inner]
  const changes = inlineOptions(scanned, main.inner, issues)
  connect(bodies)
  checkWhitespace(text, scanned, issues)
  checkComplexity(bodies, issues)
  checkSemicolons(chunk, scanned, {issues, text})
  checkGlobals(built, issues)
  checkUninitialised(bodies, issues)
  checkReach(bodies, issues)
  checkLocals(bodies, issues)
  checkRecursion(main, issues)
  return {issues: issues.all, changes, text, lineEndings: scanned.lineEndings, problem: undefined}
}

/** Reports semicolons that end no statement. */
function checkSemicolons(
  chunk: Ast.Chunk,
  {semicolons}: Scan,
  {issues, text}: {readonly issues: Issues; readonly text: SourceText},
): void {
  if (semicolons.size === 0) return
  const ends = new Set<number>()
  const returns = new Set<number>()
  for (const statement of statementsOf(chunk)) {
    ends.add(endOf(statement))
    // A return holds its semicolon.
    if (statement.type === 'ReturnStatement') returns.add(endOf(statement) - 1)
  }
  let line = 1
  for (const [start, before] of semicolons) {
    if (ends.has(before) && text.source.charAt(before - 1) !== ';') continue
    if (returns.has(start)) continue
    while (text.startOf(line + 1) <= start && line < text.lineStarts.length) line += 1
    issues.add('551', {line, start, end: start + 1})
  }
}

/** All statements of a chunk, those of functions too. */
function statementsOf(chunk: Ast.Chunk): Ast.Statement[] {
  const found: Ast.Statement[] = []
  const open: unknown[] = [...chunk.body]
  while (open.length > 0) {
    const node = open.pop()
    if (Array.isArray(node)) for (const one of node as unknown[]) open.push(one)
    else if (typeof node === 'object' && node !== null && 'type' in node) {
      if (String(node.type).endsWith('Statement') || node.type === 'FunctionDeclaration')
        found.push(node as Ast.Statement)
      for (const one of Object.values(node) as unknown[]) if (typeof one === 'object') open.push(one)
    }
  }
  return found.filter((node) => startOf(node) >= 0)
}

function broken(
  text: SourceText,
  {line, column, message}: {readonly line: number; readonly column: number; readonly message: string},
): Report {
  const problem = {code: '011', line, column, endColumn: column, details: {text: message}}
  return {issues: [], changes: [], text, lineEndings: new Map(), problem}
}
