import {mainOf} from '../module-name.ts'
import {toSha256, type Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {RuleFinding} from '../lint/rules/rule-report.ts'
import {settle} from '../lint/rules/settle.ts'
import {type Reported, type Surroundings} from '../lint/rules/surroundings.ts'
import {libraryIn} from '../lint/rules/ships.ts'
import {splitKey, type ModuleKey, keysIn, entriesIn} from '../module-key.ts'
import {contextFolder, contextPathOf, type Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {rulesFor, type ProjectRules} from '../workbench/lint-target.ts'
import {withTreeHint} from '../workbench/lint-hints.ts'
import {nothingLinted, type LintSummary, type ModuleFinding} from './lint-summary.ts'
import {hasReport, ruleReport} from '../workbench/read-lua.ts'
import type {Workbench} from '../workbench/workbench.ts'

interface ContextFile {
  /** From the project's folder. */
  readonly path: string
  readonly module: ModuleKey
  readonly sha256: Sha256
}

/**
 * Looks at the Lua files of a context that are about to be written with the rules about Prosody. Files of which nothing is
 * known and that the store does not have are left out: a dry run fetches none. Throws LINT_ERRORS for errors, unless the
 * manifest's policy is to warn.
 * @param written paths from the project's folder
 */
export function lintWritten(
  written: ReadonlySet<string>,
  {lock, manifest}: {readonly lock: Lockfile; readonly manifest: Manifest},
  bench: Workbench,
): LintSummary {
  const {lint} = manifest
  const rules = rulesFor(manifest, bench.environment.registry)
  if (rules === undefined) return nothingLinted
  const files = luaFilesOf(lock)
  const isWritten = ({path}: ContextFile): boolean => written.has(path)
  const reported = reportsOf(files.filter(isWritten), rules, bench)
  const others = files.filter((file) => !isWritten(file))
  const libraryAt = findingLibraries(files, lock)
  let settled = settle(reported, {others: [], libraryAt, isFirst: true})
  if (settled.flat().some(({pending}) => pending !== undefined && pending.kind !== 'library'))
    settled = settle(reported, {others: reportsOf(others, rules, bench), libraryAt})
  const findings = settled.flatMap((found, index) => {
    const file = reported[index]
    if (file === undefined) return []
    return found.map((one) => findingOf(withTreeHint(one, bench.environment.registry), file, rules))
  })
  // A library that another one takes the place of may lack what those need who use it.
  const isLibrary = [...written].some((path) => path.endsWith('.lua') && mainOf(path) === undefined)
  const left = isLibrary ? leftBehind(reportsOf(others, rules, bench), {reported, libraryAt}) : []
  const summary = summaryOf([...findings, ...left.map(([one, file]) => findingOf(one, file, rules))])
  if (summary.errors > 0 && lint?.policy !== 'warn') throw refused(summary, rules.target.line)
  return summary
}

/**
 * Lists what the rules about Prosody find in a locked module whose files the store has, beside what else is locked.
 */
export function lintModule(
  key: ModuleKey,
  {lock, manifest}: {readonly lock: Lockfile; readonly manifest: Manifest},
  bench: Workbench,
): readonly ModuleFinding[] {
  const rules = rulesFor(manifest, bench.environment.registry)
  if (rules === undefined) return []
  const files = luaFilesOf(lock)
  const own = reportsOf(
    files.filter(({module}) => module === key),
    rules,
    bench,
  )
  const others = reportsOf(
    files.filter(({module}) => module !== key),
    rules,
    bench,
  )
  return settle(own, {others, libraryAt: findingLibraries(files, lock)}).flatMap((found, index) => {
    const file = own[index]
    return file === undefined ? [] : found.map((one) => findingOf(one, file, rules))
  })
}

function findingLibraries(files: readonly ContextFile[], lock: Lockfile): Surroundings['libraryAt'] {
  const paths = new Set(files.map(({path}) => path))
  const folders = [...new Set(keysIn(lock.modules).map((key) => `${contextFolder}/${splitKey(key)[0]}`))]
  return (path, library) =>
    libraryIn(path.slice(contextFolder.length), library, {folders, exists: (one) => paths.has(one)})
}

/** What files that stay as they are miss in libraries that are written. */
function leftBehind(
  staying: readonly ReportedFile[],
  {reported, libraryAt}: {readonly reported: readonly ReportedFile[]} & Pick<Surroundings, 'libraryAt'>,
): (readonly [RuleFinding, ReportedFile])[] {
  const written = new Set(reported.map(({path}) => path))
  const settled = settle(staying, {others: reported, libraryAt})
  return staying.flatMap((file, index) =>
    (settled[index] ?? []).flatMap((one) => {
      const library = one.pending?.kind === 'member' ? libraryAt(file.path, one.pending.library) : undefined
      return library !== undefined && written.has(library) ? [[one, file] as const] : []
    }),
  )
}

type ReportedFile = Reported & {readonly module: ModuleKey}

/** A file that several modules of a tree share counts for the first of them. */
function luaFilesOf({modules}: Lockfile): ContextFile[] {
  const all = entriesIn(modules).flatMap(([module, {files}]) =>
    Object.entries(files).flatMap(([path, digest]) =>
      path.endsWith('.lua')
        ? [
            {
              path: contextPathOf(module, path),
              module,
              sha256: toSha256(digest),
            },
          ]
        : [],
    ),
  )
  const byPath = new Map<string, ContextFile>()
  for (const file of all) if (!byPath.has(file.path)) byPath.set(file.path, file)
  return [...byPath.values()]
}

function reportsOf(files: readonly ContextFile[], rules: ProjectRules, bench: Workbench): ReportedFile[] {
  return files.flatMap(({path, module, sha256}) =>
    hasReport({module, path, sha256}, rules, bench)
      ? [{path, module, report: ruleReport({module, path, sha256}, rules, bench)}]
      : [],
  )
}

/** What is missing by now may be the next module to be added, or lie in the image: that refuses nothing by itself. */
function findingOf(
  {rule, severity, line, column, endColumn, message, hint, pending}: RuleFinding,
  {path, module}: ReportedFile,
  {settings}: ProjectRules,
): ModuleFinding {
  const isUnsure = rule === 'missing-file' && pending !== undefined && settings[rule] !== 'error'
  return {
    module,
    path,
    line,
    column,
    endColumn,
    code: rule,
    severity: isUnsure && severity === 'error' ? 'warning' : severity,
    message,
    ...(hint === undefined ? {} : {hint}),
  }
}

function summaryOf(findings: readonly ModuleFinding[]): LintSummary {
  const count = (severity: ModuleFinding['severity']): number =>
    findings.filter((one) => one.severity === severity).length
  return {errors: count('error'), warnings: count('warning'), notes: count('note'), findings}
}

/** The error of modules that can't work with a line of Prosody: LINT_ERRORS. */
export class ModulesRefused extends ProsodyModsError {
  /** The keys of the modules, each once. */
  readonly modules: readonly ModuleKey[]

  constructor(message: string, findings: readonly ModuleFinding[], modules: readonly ModuleKey[]) {
    super('LINT_ERRORS', message, {
      hint: 'nothing was written; take another version, or write "lint": {"policy": "warn"} into the manifest to have it all the same',
      details: {modules, findings},
    })
    this.modules = modules
  }
}

/** Errors that are shown; the rest are counted. */
const shown = 10

function refused({findings, errors}: LintSummary, prosody: string): ModulesRefused {
  const wrong = findings.filter(({severity}) => severity === 'error')
  const modules = [...new Set(wrong.map(({module}) => module))]
  const lines = wrong
    .slice(0, shown)
    .map(
      ({path, line, column, code, message, hint}) =>
        `  ${path}:${line}:${column}: ${message}${hint === undefined ? '' : ` (${hint})`} [${code}]`,
    )
  const rest = errors > shown ? [`  and ${errors - shown} more`] : []
  const message = [`${modules.join(', ')} can't work with Prosody ${prosody}:`, ...lines, ...rest].join('\n')
  return new ModulesRefused(message, wrong, modules)
}
