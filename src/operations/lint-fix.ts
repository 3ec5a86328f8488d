import {realpathSync} from 'node:fs'
import {resolve} from 'node:path'
import {readFailed} from '../durable.ts'
import {fixFile} from '../lint/fix-file.ts'
import type {Fix} from '../lint/fix.ts'
import type {Environment} from './environment.ts'
import {lint, readLua, type LintFinding, type LintRequest, type LintResult} from './lint.ts'
import {refuseInstalled} from './own-files.ts'
import {replaceFiles} from './replace-files.ts'
import {unifiedDiff} from './unified-diff.ts'

export interface LintFixRequest extends LintRequest {
  readonly dryRun: boolean
}

export interface FixedPath {
  readonly path: string
  readonly problems: number
  /** With `dryRun`: for `patch -p1`. */
  readonly diff?: string
}

export interface FixReport {
  readonly dryRun: boolean
  /** Fixes that were made, over all files. */
  readonly problems: number
  readonly files: readonly FixedPath[]
  /** Files that somebody else changed meanwhile, and that were left alone for that. */
  readonly skipped: readonly string[]
}

/** What is left to find. */
export interface LintFixResult extends LintResult {
  readonly fixed: FixReport
}

/** Fixes may make way for others; rules that undo each other's are stopped here. */
const mostRounds = 10

/**
 * Mends what can be mended safely, and looks for mistakes again. What lint throws, and USAGE for files that are not the
 * user's own, and WRITE_FAILED.
 */
export async function lintAndFix(request: LintFixRequest, environment: Environment): Promise<LintFixResult> {
  const {cwd} = environment
  const files = new OpenFiles()
  const read = (path: string): Buffer => files.read(path, cwd)
  let result = lint(request, environment, read)
  await refuseInstalled(files.paths, environment)
  for (let round = 0; round < mostRounds && files.fix(result.findings, cwd); round += 1)
    result = lint(request, environment, read)
  const changed = files.changed
  const skipped = new Set(request.dryRun ? [] : await replaceFiles(changed))
  for (const {path} of skipped) files.forget(path)
  if (skipped.size > 0) result = lint(request, environment, read)
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
  readonly #real = new Map<string, string>()

  get paths(): string[] {
    return [...this.#files.values()].map(({shown}) => shown)
  }

  get changed(): OpenFile[] {
    return [...this.#files.values()].filter(({before, after}) => !before.equals(after))
  }

  read(path: string, cwd: string): Buffer {
    return this.#at(path, cwd).after
  }

  /** Whether there was something to do. */
  fix(findings: readonly LintFinding[], cwd: string): boolean {
    const byFile = new Map<OpenFile, Fix[]>()
    for (const {path, fix} of findings) {
      if (fix === undefined) continue
      const file = this.#at(path, cwd)
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
  }

  #at(shown: string, cwd: string): OpenFile {
    const path = this.#real.get(shown) ?? realPath(shown, cwd)
    this.#real.set(shown, path)
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const before = readLua(shown, cwd)
    const file = {path, shown, before, after: before, fixes: 0}
    this.#files.set(path, file)
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
