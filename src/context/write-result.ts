import type {Digest} from '../digest.ts'
import type {FetchReport} from '../fetch/report.ts'
import type {Placement} from '../facts/placement.ts'
import {splitKey, type ModuleKey, entriesIn} from '../module-key.ts'
import type {LockedModule, Lockfile, Needs, Trust} from '../project/lockfile.ts'
import type {FileChange} from '../project/plan.ts'
import type {ClosureReport} from '../resolve/closure.ts'
import type {ModuleCounts} from '../resolve/module-counts.ts'
import type {HeldBack} from '../resolve/release-age.ts'
import type {Omissions} from '../locking/left-out.ts'
import type {LintSummary} from './lint-summary.ts'
import type {LockResult} from '../locking/lock-module.ts'
import type {Warnings} from '../warning.ts'
import {revisionOf} from '../sources/revision.ts'

/** A patch of a module's files, as its result names it. */
export interface AppliedPatch {
  /** From the project's folder. */
  readonly path: string
  readonly digest: Digest
  /** moved: at other lines than it says; already: the release has what it does, and nothing was changed. */
  readonly state: 'applied' | 'moved' | 'already'
}

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
  /** Patches that its files were changed with, in their order. */
  readonly patched: readonly AppliedPatch[]
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

/** A file or folder that a command has changed, or would change in a dry run, as its result names it. */
export interface ReportedChange {
  /** From the project's folder. */
  readonly path: string
  /** chmod: it was made readable for others, its bytes are as they were */
  readonly action: 'write' | 'replace' | 'remove' | 'chmod'
}

/** What every command that writes reports. */
export interface WriteResult extends Omissions, Warnings {
  readonly dryRun: boolean
  readonly changes: readonly ReportedChange[]
  /** Files that stood there already as they shall. */
  readonly unchanged: number
  /** All modules of the lockfile, and what became of them. */
  readonly total: ModuleCounts
  readonly fetch: FetchReport
  readonly lint: LintSummary
  readonly needs: ClosureReport
  /** Releases that are younger than the manifest's minimumReleaseAge, where they would have been chosen for it. */
  readonly heldBack: readonly HeldBack[]
}

/** The omissions of a closure in which every module was followed and every need could be read. */
export const nothingOmitted: Omissions = {leftOut: [], computed: []}

/** Returns what results tell of a locked module: what the lockfile says, and how many files it has. */
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
    patched: (locked.patches ?? []).map((patch) => ({state: 'applied', ...patch})),
    needs: locked.needs ?? {},
  }
}

/** Returns what results tell of a module that a command has locked, with the version that was locked before. */
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

/** Lists the summaries of all modules of a lockfile, in its order. */
export function summariesOf(lock: Lockfile): ModuleSummary[] {
  return entriesIn(lock.modules).map(([key, locked]) => summaryOf(key, locked))
}

/** Lists changes of files as results name them: those that only become readable first, then what is written. */
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
