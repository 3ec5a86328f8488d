import type {Sha256} from '../../digest.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import {defaultProsody, type Manifest} from '../../project/manifest.ts'
import {lockTargetOf} from '../../resolve/out-of-date.ts'
import type {Workbench} from '../../workbench/workbench.ts'
import {compareLocks, type LocksCompared, type SourceDiff} from './compare-locks.ts'
import {knowledgeOf, linesIn, type Bytes} from './knowledge.ts'
import {compareNeeds, type NeedsDiff} from './needs.ts'
import {knownSizes} from './sizes.ts'

/** What differs between two locks: what `diff` tells, and the commands that move modules, too. */
export interface ChangeReport {
  /** By source, without those that have no difference. */
  readonly sources: readonly SourceDiff[]
  /** What modules need of the system; null for a line of Prosody of which nothing is known. */
  readonly needs: NeedsDiff | null
}

/** What two locks are compared for. */
export interface ReportWorld {
  readonly manifest: Manifest
  readonly bench: Workbench
  readonly wholeSource?: LocksCompared['wholeSource']
}

/** Compares two locks by what the registry and the store know of their files. */
export function reportOf(
  before: Lockfile,
  after: Lockfile,
  {manifest, bench, wholeSource}: ReportWorld,
): ChangeReport {
  const {registry} = bench.environment
  const target = targetFor(manifest, after, bench)
  const bytes: Bytes = {read: (sha256) => bench.session.read(sha256)}
  const known = knowledgeOf(bench.analyses, registry, bytes)
  const sizes = knownSizes([before, after], registry)
  return {
    sources: compareLocks({
      ...{before, after, known, wholeSource, line: target?.prosody ?? defaultProsody, registry},
      sizeOf: (sha256: Sha256) => sizes.get(sha256) ?? bytes.read(sha256)?.length,
      linesOf: linesIn(bytes),
    }),
    needs: target === undefined ? null : compareNeeds(before, after, {target, registry, known}),
  }
}

/** Returns what modules are to run with: the project's manifest says it, else a lockfile. */
export function targetFor(
  manifest: Manifest,
  lock: Lockfile,
  {environment}: Workbench,
): LockTarget | undefined {
  return lockTargetOf(manifest, environment.registry) ?? lock.target
}

/** Tells whether what differs breaks something. */
export function breaks({sources}: ChangeReport): boolean {
  return sources.some(({changes}) => changes.some(({severity}) => severity === 'breaking'))
}
