import {resolve} from 'node:path'
import type {ConfigProblem} from '../../lint/options/config.ts'
import {compareFindings, resolveFindings, type Finding} from '../../lint/finding.ts'
import {largest} from '../../lua/largest.ts'
import {unreadable} from '../../lint/rows.ts'
import type {RuleFinding} from '../../lint/rules/rule-report.ts'
import type {Severity} from '../../lint/rules/types.ts'
import {SourceLines, type SourcePart} from '../../lint/source/source-lines.ts'
import {SourceText} from '../../lint/source/text.ts'
import {withoutBom} from '../../lua/parse.ts'
import type {Environment} from '../../workbench/environment.ts'
import {ruleFindings} from './around.ts'
import {isIncluded, slashed} from './config.ts'
import {lintInputs} from './inputs.ts'
import {type LintInput} from './installed.ts'
import {resultsOf} from './results-of.ts'
import {fileOf, startRun, type LintRequest, type RuleGroup} from './run.ts'

/** A finding in a file, with how it counts. */
export interface LintFinding extends Finding, SourcePart {
  /** The path as it was given, or below a folder that was. */
  readonly path: string
  readonly severity: Severity
  readonly rule: RuleGroup
  /** What to do about it. */
  readonly hint?: string
}

/** What `lint` found; the shape is part of --json (docs/reference/json.md). */
export interface LintResult {
  readonly files: number
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  /** The findings by file, and there in the order of lines. */
  readonly findings: readonly LintFinding[]
  /** The target that the rules about Prosody are for; null where they were not applied. */
  readonly target: {readonly prosody: string; readonly lua: string} | null
  /** The file of options that was used; null where there is none. */
  readonly config: {
    /** Absolute. */
    readonly path: string
    /** What in it has no effect. */
    readonly notUnderstood: readonly ConfigProblem[]
  } | null
}

/**
 * Looks for mistakes in Lua files. Throws USAGE, PATH_NOT_FOUND, READ_FAILED, CONFIG_INVALID and MANIFEST_INVALID, and for
 * modules by name what `add` throws before it writes.
 * @param seen gives files as they shall be looked at, in place of what was read
 */
export async function lint(
  request: LintRequest,
  environment: Environment,
  seen: (inputs: readonly LintInput[]) => readonly LintInput[] = (inputs) => inputs,
): Promise<LintResult> {
  const run = await startRun(request, environment)
  const {config} = run
  const includes = (path: string): boolean => isIncluded(slashed(resolve(environment.cwd, path)), config)
  const {paths, offline = false} = request
  const inputs = seen(await lintInputs({paths, offline}, {near: run.near, includes}, environment))
  const results = await resultsOf(
    inputs.map((input) => fileOf(input, run)),
    run,
  )
  const luacheck = resolveFindings(results)
  const prosody = await ruleFindings(inputs, results, run)
  const findings = inputs.flatMap((input, index) =>
    placed(input, {
      luacheck: luacheck[index] ?? [],
      prosody: prosody[index] ?? [],
      excerpts: request.excerpts ?? true,
    }),
  )
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity).length
  const {target} = run
  return {
    files: inputs.length,
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    findings,
    target: target === undefined ? null : {prosody: target.line, lua: target.lua},
    config: config.path === undefined ? null : {path: config.path, notUnderstood: config.problems},
  }
}

interface Found {
  readonly luacheck: readonly Finding[]
  readonly prosody: readonly RuleFinding[]
  readonly excerpts: boolean
}

/** Nothing is found in what could not be read, but that. */
function placed(
  {path, problem, bytes, isInstalled}: LintInput,
  {luacheck, prosody, excerpts}: Found,
): LintFinding[] {
  if (problem !== undefined) {
    const place = {line: 1, column: 1, endColumn: 1, source: ''}
    return [{path, code: unreadable, ...place, message: problem, severity: 'error', rule: 'luacheck'}]
  }
  if (luacheck.length + prosody.length === 0) return []
  const all = luacheck.map((finding) => ofLuacheck(path, finding))
  for (const finding of prosody) all.push(aboutProsody(path, finding))
  if (prosody.length > 0) all.sort(compareFindings)
  // Nothing is mended in what is installed.
  const found = isInstalled ? all.map(withoutFix) : all
  if (!excerpts || bytes.length > largest) return found
  const body = withoutBom(bytes)
  const mark = bytes.length - body.length
  const lines = new SourceLines(new SourceText(body.toString('latin1')))
  return found.map((finding) => ({...inFile(finding, mark), ...lines.part(finding.line, finding.column)}))
}

function ofLuacheck(path: string, finding: Finding): LintFinding {
  const severity = finding.code.startsWith('0') ? 'error' : 'warning'
  return {path, ...finding, severity, rule: 'luacheck', source: ''}
}

function aboutProsody(path: string, found: RuleFinding): LintFinding {
  const {rule, severity, line, column, endColumn, message, hint, fix} = found
  return {
    path,
    code: rule,
    line,
    column,
    endColumn,
    message,
    severity,
    rule: 'prosody',
    ...(hint === undefined ? {} : {hint}),
    ...(fix === undefined ? {} : {fix}),
    source: '',
  }
}

function withoutFix(finding: LintFinding): LintFinding {
  const copy: {-readonly [K in keyof LintFinding]: LintFinding[K]} = {...finding}
  delete copy.fix
  return copy
}

/** @param mark length of the byte order mark, which rules do not count */
function inFile(finding: LintFinding, mark: number): LintFinding {
  if (finding.fix === undefined || mark === 0) return finding
  const {start, end, text} = finding.fix
  return {...finding, fix: {start: start + mark, end: end + mark, text}}
}
