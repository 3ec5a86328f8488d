import {realpathSync} from 'node:fs'
import {resolve} from 'node:path'
import {readFailed} from '../../durable.ts'
import {fixFile} from '../../lint/fix-file.ts'
import type {Fix} from '../../lint/fix.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lint, type LintFinding, type LintResult} from './lint.ts'
import type {LintInput} from './installed.ts'
import type {LintRequest} from './run.ts'
import {refused, refuseInstalled} from './own-files.ts'
import {replaceFiles} from './replace-files.ts'
import {unifiedDiff} from '../../text/unified-diff.ts'

/** What `lint --fix` is asked for. */
export interface LintFixRequest extends LintRequest {
  readonly dryRun: boolean
}

/** A file in which mistakes were mended. */
export interface FixedPath {
  readonly path: string
  readonly problems: number
  /** The change as `patch -p1` takes it, with `dryRun`. */
  readonly diff?: string
}

/** What was mended. */
export interface FixReport {
  readonly dryRun: boolean
  /** How many fixes were made, over all files. */
  readonly problems: number
  readonly files: readonly FixedPath[]
  /** Files that somebody else changed meanwhile, and that were left alone for that. */
  readonly skipped: readonly string[]
}

/** What was mended, and what is left to find. */
export interface LintFixResult extends LintResult {
  readonly fixed: FixReport
}

/** Fixes may make way for others; rules that undo each other's are stopped here. */
const mostRounds = 10

/**
 * Mends what can be mended safely, and looks for mistakes again. Throws what lint throws, USAGE for files that are not
 * the user's own, and WRITE_FAILED.
 */
export async function lintAndFix(request: LintFixRequest, environment: Environment): Promise<LintFixResult> {
  const {cwd} = environment
  const files = new OpenFiles(cwd)
  const seen = (inputs: readonly LintInput[]): readonly LintInput[] =>
    inputs.map((input) => files.seen(input))
  let result = await lint(request, environment, seen)
  await refuseInstalled(files.paths, environment)
  for (let round = 0; round < mostRounds && files.fix(result.findings); round += 1)
    result = await lint(request, environment, seen)
  const changed = files.changed
  const skipped = new Set(request.dryRun ? [] : await replaceFiles(changed))
  for (const {path} of skipped) files.forget(path)
  if (skipped.size > 0) result = await lint(request, environment, seen)
  const done = changed.filter((file) => !skipped.has(file))
  return {
    ...result,
    fixed: {
      dryRun: request.dryRun,
      problems: done.reduce((sum, {fixes}) => sum + fixes, 0),
      files: done.map((file) => reported(file, request.dryRun)),
      skipped: changed.filter((file) => skipped.has(file)).map(({shown}) => shown),
    },
  }
}

function reported({shown, before, after, fixes}: OpenFile, dryRun: boolean): FixedPath {
  const diff = dryRun ? {diff: unifiedDiff(shown, before.toString(), after.toString())} : {}
  return {path: shown, problems: fixes, ...diff}
}

interface OpenFile {
  /** Absolute, without links on the way. */
  readonly path: string
  /** As the user named it. */
  readonly shown: string
  readonly before: Buffer
  after: Buffer
  fixes: number
}

/** Files as they were first read, with what was mended of them since. */
class OpenFiles {
  readonly #files = new Map<string, OpenFile>()
  /** The same ones, by all names that they were given. */
  readonly #shown = new Map<string, OpenFile>()
  readonly #cwd: string

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  get paths(): string[] {
    return [...this.#files.values()].map(({shown}) => shown)
  }

  get changed(): OpenFile[] {
    return [...this.#files.values()].filter(({before, after}) => !before.equals(after))
  }

  /** A file as it is by now. Throws USAGE for what is not the user's own. */
  seen(input: LintInput): LintInput {
    const {path, bytes, problem, isInstalled} = input
    if (isInstalled) throw refused([path], 'of an installed module')
    return problem === undefined ? {...input, bytes: this.#at(path, bytes).after} : input
  }

  /** Whether there was something to do. */
  fix(findings: readonly LintFinding[]): boolean {
    const byFile = new Map<OpenFile, Fix[]>()
    for (const {path, fix} of findings) {
      if (fix === undefined) continue
      const file = this.#shown.get(path)
      if (file === undefined) continue
      const fixes = byFile.get(file) ?? []
      fixes.push(fix)
      byFile.set(file, fixes)
    }
    let any = false
    for (const [file, fixes] of byFile) {
      const fixed = fixFile(file.after, fixes)
      if (fixed === undefined) continue
      any = true
      file.after = fixed.bytes
      file.fixes += fixed.fixes
    }
    return any
  }

  forget(path: string): void {
    this.#files.delete(path)
    for (const [shown, file] of this.#shown) if (file.path === path) this.#shown.delete(shown)
  }

  #at(shown: string, before: Buffer): OpenFile {
    const known = this.#shown.get(shown)
    if (known !== undefined) return known
    const path = realPath(shown, this.#cwd)
    // Two names may lead to one file.
    const file = this.#files.get(path) ?? {path, shown, before, after: before, fixes: 0}
    this.#files.set(path, file)
    this.#shown.set(shown, file)
    return file
  }
}

function realPath(path: string, cwd: string): string {
  try {
    return realpathSync(resolve(cwd, path))
  } catch (error) {
    throw readFailed(path, error)
  }
}
