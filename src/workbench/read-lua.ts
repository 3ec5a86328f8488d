import {mainOf} from '../module-name.ts'
import type {Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {withoutPauseFor} from '../pauses.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import {mayHaveDirectives} from '../lint/rules/comments.ts'
import {reportOn, type FileRules} from '../lint/rules/file.ts'
import type {RuleReport} from '../lint/rules/index.ts'
import {factsOfSyntax} from '../facts/facts.ts'
import {problemIn, type LuaProblem} from '../lua/parse.ts'
import {readSyntax, type Syntax} from '../lua/syntax.ts'
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
  if (known !== undefined && (rules === undefined || analyses.report(file.sha256, main, rules) !== undefined))
    return known
  // Whatever will be asked of it is answered by one reading.
  const bytes = bytesOf(file, bench)
  return withoutPauseFor(bytes, () => {
    const syntax = syntaxOf(bytes, file)
    const facts = known ?? factsOfSyntax(syntax, main)
    if (known === undefined) analyses.addFacts(file.sha256, main, facts)
    if (rules !== undefined)
      analyses.addReport(file.sha256, {module: main, rules}, reportOn(syntax, file.path, rules))
    return facts
  })
}

/** Returns what the rules about Prosody say of a Lua file. Throws as readLua does. */
export function ruleReport(file: StoredLua, rules: FileRules, bench: Workbench): RuleReport {
  const main = mainOf(file.path)
  const known = bench.analyses.report(file.sha256, main, rules)
  if (known !== undefined) return known
  const bytes = bytesOf(file, bench)
  const report = withoutPauseFor(bytes, () => reportOn(syntaxOf(bytes, file), file.path, rules))
  bench.analyses.addReport(file.sha256, {module: main, rules}, report)
  return report
}

/** Throws as readLua does, and takes less time where nothing is asked but whether a file is Lua. */
export function checkLua(file: StoredLua, bench: Workbench): void {
  if (bench.rules !== undefined) {
    ruleReport(file, bench.rules, bench)
    return
  }
  if (bench.analyses.facts(file.sha256, mainOf(file.path)) !== undefined) return
  const bytes = bytesOf(file, bench)
  const problem = withoutPauseFor(bytes, () => problemIn(bytes))
  if (problem !== undefined) throw invalid(file, problem)
}

function bytesOf(file: StoredLua, bench: Workbench): Buffer {
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
