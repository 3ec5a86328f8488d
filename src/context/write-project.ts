import {ProsodyModsError} from '../errors.ts'
import type {GeneratedFile} from '../image/generated-file.ts'
import {generatedFiles} from '../image/generated-files.ts'
import {emptyLock} from '../project/lockfile.ts'
import type {Project} from '../project/project.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import {countModules} from '../resolve/module-counts.ts'
import {applyContext, planContext, type WantedState} from './plan.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {omissionsOf} from '../locking/left-out.ts'
import {lintWritten} from './lint-written.ts'
import type {LintSummary} from './lint-summary.ts'
import type {LockResult} from '../locking/lock-module.ts'
import {reportChanges, type WriteResult} from './write-result.ts'
import {nothingNeeded} from '../resolve/closure.ts'
import {neededFiles} from '../workbench/needed-files.ts'
import {presentText} from './present-text.ts'
import {toldWarnings, type Warning} from '../warning.ts'
import {lockWarnings, needWarnings, projectWarnings} from './warnings.ts'
import {blobOf, type Workbench} from '../workbench/workbench.ts'

/** Brings lockfile, manifest and context to what is wanted: plans, fetches what is missing, checks the Lua, writes. */
export async function writeProject(
  project: Pick<Project, 'folder' | 'lock' | 'lockText' | 'manifestText'>,
  wanted: WantedState & {
    readonly dryRun: boolean
    readonly closure?: ClosureReport
    /** What was resolved for it. */
    readonly resolved?: readonly LockResult[]
  },
  bench: Workbench,
): Promise<WriteResult> {
  const generated = generatedFiles(wanted)
  const plan = planContext(project, wanted, generated)
  const replaced = replacementWarnings(project, generated)
  const missing = new Set(plan.changes.map(({after}) => after))
  const needed = neededFiles(wanted.lock).filter(({sha256}) => missing.has(sha256))
  if (!wanted.dryRun) await untilKept(() => fetchAndRead(needed, bench))
  const written = new Set(plan.changes.filter(({after}) => after !== null).map(({path}) => path))
  const needs = wanted.closure ?? nothingNeeded
  const lint = await lintedOrRefused(written, wanted, bench)
  if (!wanted.dryRun) {
    bench.environment.signal.throwIfAborted()
    const ground = {...bench.environment, folder: project.folder}
    await untilKept(async () => {
      await fetchAndRead(needed, bench)
      await applyContext(ground, plan, (sha256, path) => blobOf(bench, sha256, path))
    })
  }
  return {
    dryRun: wanted.dryRun,
    changes: reportChanges(plan),
    unchanged: plan.unchanged,
    ...omissionsOf(wanted.resolved ?? []),
    ...toldWarnings(
      [
        ...replaced,
        ...projectWarnings(project.folder, wanted, bench.environment.registry),
        ...needWarnings(needs, needs.problems),
      ],
      [...knownBefore(project, wanted, bench), ...needWarnings(needs, needs.known)],
    ),
    total: countModules(wanted.lock, project.lock ?? emptyLock),
    fetch: bench.session.report,
    lint,
    needs,
    heldBack: [...bench.heldBack.values()],
  }
}

function knownBefore(
  {lock}: Pick<Project, 'lock'>,
  {manifest}: Pick<WantedState, 'manifest'>,
  {environment}: Workbench,
): Warning[] {
  return lock === undefined ? [] : lockWarnings({manifest, lock}, environment.registry)
}

/** What users should know before generated files that stand there are replaced. */
function replacementWarnings(
  {folder, lock}: Pick<Project, 'folder' | 'lock'>,
  generated: readonly GeneratedFile[],
): Warning[] {
  if (lock === undefined) return []
  return generated.flatMap(({path, warnings}) => {
    const present = warnings && presentText(folder, path)
    return present === undefined ? [] : (warnings?.(present, lock) ?? [])
  })
}

/** Looks at what is written with the rules about Prosody. Throws LINT_ERRORS with what to take instead. */
export async function lintedOrRefused(
  written: ReadonlySet<string>,
  wanted: Pick<WantedState, 'lock' | 'manifest'>,
  bench: Workbench,
): Promise<LintSummary> {
  try {
    return lintWritten(written, wanted, bench)
  } catch (error) {
    const {namingWorkingReleases} = await import('./working-release.ts')
    throw await namingWorkingReleases(error, wanted, bench)
  }
}

/**
 * Does work again, a few times, where another process has taken away what was fetched: that is no damage. Throws
 * STORE_CORRUPT where it goes every time.
 */
export async function untilKept(work: () => Promise<void>): Promise<void> {
  for (let left = 3; ; left -= 1) {
    try {
      await work()
      return
    } catch (error) {
      const isLost = error instanceof ProsodyModsError && error.code === 'STORE_CORRUPT'
      if (!isLost || left === 0) throw error
    }
  }
}
