import {mainOf} from '../module-name.ts'
import type {Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {withoutPauseFor} from '../pauses.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import {mayHaveDirectives} from '../lint/rules/comments.ts'
import {reportOn} from '../lint/rules/file.ts'
import {withSettings} from '../lint/rules/settings.ts'
import {emptyReport, type RuleReport} from '../lint/rules/rule-report.ts'
import type {Target} from '../lint/rules/target.ts'
import {factsOfSyntax} from '../facts/facts.ts'
import {problemIn, type LuaProblem} from '../lua/parse.ts'
import {readSyntax, type Syntax} from '../lua/syntax.ts'
import {isTestFile} from '../prosody/module-files.ts'
import type {ProjectRules} from './lint-target.ts'
import {blobOf, type Workbench} from './workbench.ts'
import type {ModuleKey} from '../module-key.ts'

/** A Lua file that lies in the store. */
export interface StoredLua {
  /** `source/name`, for messages. */
  readonly module: ModuleKey
  /** In the release. */
  readonly path: string
  readonly sha256: Sha256
}

/** Reads the facts of a Lua file. Throws LUA_INVALID with file, line and column, and STORE_CORRUPT. */
export function readLua(file: StoredLua, bench: Workbench): FileFacts {
  const {analyses, rules} = bench
  const main = mainOf(file.path)
  const known = analyses.facts(file.sha256, main)
  if (known !== undefined && (rules === undefined || isReported(file, rules.target, bench))) return known
  // Whatever will be asked of it is answered by one reading.
  return withSyntax(file, bench, (syntax) => {
    const facts = known ?? factsOfSyntax(syntax, main)
    if (known === undefined) analyses.addFacts(file.sha256, main, facts)
    if (rules !== undefined && !isTestFile(file.path)) addReport(file, {syntax, target: rules.target}, bench)
    return facts
  })
}

/** Tells whether all that resolving asks of a file is known without its bytes. */
export function isKnownFile(
  {path, sha256}: Pick<StoredLua, 'path' | 'sha256'>,
  {analyses}: Workbench,
): boolean {
  if (!path.endsWith('.lua')) return true
  const main = mainOf(path)
  return analyses.facts(sha256, main) !== undefined || analyses.problem(sha256, main) !== undefined
}

/** Tells whether `ruleReport` can answer: what rules say of a Lua file is known, or the store has its bytes. */
export function hasReport(file: StoredLua, {target}: ProjectRules, bench: Workbench): boolean {
  return bench.session.store.has(file.sha256) || (isKnownFile(file, bench) && isReported(file, target, bench))
}

/** Returns what the rules about Prosody say of a Lua file. Throws as readLua does. */
export function ruleReport(file: StoredLua, {target, settings}: ProjectRules, bench: Workbench): RuleReport {
  if (isTestFile(file.path)) {
    checkValid(file, bench)
    return emptyReport
  }
  const known = bench.analyses.report(file.sha256, mainOf(file.path), target)
  const report = known ?? withSyntax(file, bench, (syntax) => addReport(file, {syntax, target}, bench))
  return withSettings(report, settings)
}

/** Throws as readLua does, and takes less time where nothing is asked but whether a file is Lua. */
export function checkLua(file: StoredLua, bench: Workbench): void {
  if (bench.rules === undefined) checkValid(file, bench)
  else ruleReport(file, bench.rules, bench)
}

/** Of files that tests are run with, nothing is reported, whatever files with the same bytes are for. */
function isReported({sha256, path}: StoredLua, target: Target, {analyses}: Workbench): boolean {
  return isTestFile(path) || analyses.report(sha256, mainOf(path), target) !== undefined
}

function addReport(
  {sha256, path}: StoredLua,
  {syntax, target}: {readonly syntax: Syntax; readonly target: Target},
  {analyses}: Workbench,
): RuleReport {
  const module = mainOf(path)
  const report = reportOn(syntax, module, target)
  analyses.addReport(sha256, {module, target}, report)
  return report
}

function checkValid(file: StoredLua, bench: Workbench): void {
  const main = mainOf(file.path)
  if (bench.analyses.facts(file.sha256, main) !== undefined) return
  const bytes = bytesOf(file, bench)
  const problem = withoutPauseFor(bytes, () => problemIn(bytes))
  if (problem !== undefined) throw invalid(file, problem)
}

function withSyntax<T>(file: StoredLua, bench: Workbench, work: (syntax: Syntax) => T): T {
  const bytes = bytesOf(file, bench)
  return withoutPauseFor(bytes, () => work(syntaxOf(bytes, file)))
}

/** Throws LUA_INVALID for what is known to be no Lua, and STORE_CORRUPT. */
function bytesOf(file: StoredLua, bench: Workbench): Buffer {
  const problem = bench.analyses.problem(file.sha256, mainOf(file.path))
  if (problem !== undefined) throw invalid(file, problem)
  return blobOf(bench, file.sha256, nameOf(file))
}

function syntaxOf(bytes: Buffer, file: StoredLua): Syntax {
  const read = readSyntax(bytes, {locations: false, comments: mayHaveDirectives(bytes)})
  if (read.problem !== undefined) throw invalid(file, read.problem)
  return read.syntax
}

function nameOf({module, path}: StoredLua): string {
  return `${module}: ${path}`
}

function invalid(file: StoredLua, {line, column, message}: LuaProblem): ProsodyModsError {
  const name = nameOf(file)
  return new ProsodyModsError('LUA_INVALID', `${name}:${line}:${column}: not valid Lua: ${message}`, {
    hint: 'Prosody could not load this module, so it is refused; nothing was written',
    details: {file: name, line, column},
  })
}
