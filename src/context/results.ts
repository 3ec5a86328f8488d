import type {Digest} from '../digest.ts'
import type {FetchReport} from '../fetch/report.ts'
import type {Placement} from '../facts/placement.ts'
import {splitKey, type ModuleKey, entriesIn} from '../module-key.ts'
import type {LockedModule, Lockfile, Needs, Trust} from '../project/lockfile.ts'
import type {FileChange} from '../project/plan.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import type {Omissions} from '../locking/left-out.ts'
import type {LintSummary} from './lint-summary.ts'
import type {LockResult} from '../locking/lock-module.ts'
import {revisionOf} from '../sources/revision.ts'

/** One module of a result; the shape is part of --json (docs/reference/json.md). */
export interface ModuleSummary {
  /** source/name */
  readonly module: ModuleKey
  readonly source: string
  readonly name: string
  readonly version: string
  /** Upstream's revision, where the release has one. */
  readonly revision: string | null
  readonly trust: Trust
  readonly integrity: Digest
  /** Number of files. */
  readonly files: number
  /** Modules of a whole tree that are left out. */
  readonly except: readonly string[]
  /** As the lockfile has it: {} for none, and where it was not looked up. */
  readonly needs: Needs
}

/** A module that an operation has brought in or moved. */
export interface ChangedModule extends ModuleSummary {
  /** The version that was locked before; null when the module is new. */
  readonly previous: string | null
  /** Where to enable it; null for whole trees. */
  readonly placement: Placement | null
  /** Files of a whole tree that patch Prosody itself, by their path in the release: they are left out. */
  readonly patches: readonly string[]
}

export interface ReportedChange {
  /** From the project's folder. */
  readonly path: string
  /** chmod: it was made readable for others, its bytes are as they were */
  readonly action: 'write' | 'replace' | 'remove' | 'chmod'
}

/** What every command that writes reports. */
export interface WriteResult extends Omissions {
  readonly dryRun: boolean
  readonly changes: readonly ReportedChange[]
  /** Files that stood there already as they shall. */
  readonly unchanged: number
  readonly warnings: readonly string[]
  readonly fetch: FetchReport
  readonly lint: LintSummary
  readonly needs: ClosureReport
}

export const nothingOmitted: Omissions = {leftOut: [], computed: []}

export function summaryOf(key: ModuleKey, locked: LockedModule): ModuleSummary {
  const [source, name] = splitKey(key)
  return {
    module: key,
    source,
    name,
    version: locked.version,
    revision: revisionOf(locked) ?? null,
    trust: locked.trust,
    integrity: locked.integrity,
    files: Object.keys(locked.files).length,
    except: locked.except ?? [],
    needs: locked.needs ?? {},
  }
}

export function changedModule(
  {key, locked, placement, patches}: LockResult,
  {before, after}: {readonly before: Lockfile | undefined; readonly after: Lockfile},
): ChangedModule {
  return {
    ...summaryOf(key, after.modules[key] ?? locked),
    previous: before?.modules[key]?.version ?? null,
    placement: placement ?? null,
    patches,
  }
}

export function summariesOf(lock: Lockfile): ModuleSummary[] {
  return entriesIn(lock.modules).map(([key, locked]) => summaryOf(key, locked))
}

export function reportChanges({
  changes,
  closed,
}: {
  readonly changes: readonly FileChange[]
  readonly closed: readonly string[]
}): ReportedChange[] {
  return [
    ...closed.map((path) => ({path, action: 'chmod'}) as const),
    ...changes.map(({path, before, after}) => ({
      path,
      action:
        after === null ? ('remove' as const) : before === null ? ('write' as const) : ('replace' as const),
    })),
  ]
}
