import {enabledIn, impactsOn, type Impact} from '../../changes/impact.ts'
import type {Sha256} from '../../digest.ts'
import {entriesIn} from '../../module-key.ts'
import {asPublished, type Lockfile, type LockTarget} from '../../project/lockfile.ts'
import {defaultProsody, type Manifest} from '../../project/manifest.ts'
import type {ConfigNote, ConfigProblem, Configuration} from '../../prosody/config/types.ts'
import {lockTargetOf} from '../../resolve/out-of-date.ts'
import {shownVersion} from '../../text/shown-version.ts'
import type {Workbench} from '../../workbench/workbench.ts'
import {withAdvisories} from './advisories.ts'
import {compareLocks, type LocksCompared, type SourceDiff} from './compare-locks.ts'
import {knowledgeOf, linesIn, type Bytes} from './knowledge.ts'
import {ofModules} from './of-modules.ts'
import {packageImpacts} from './packages.ts'
import {patchChanges} from './patches.ts'
import {readUserConfig} from '../user-config/find.ts'
import {compareNeeds, type NeedsDiff} from './needs.ts'
import {knownSizes} from './sizes.ts'

/** What differs between two locks: what `diff` tells, and the commands that move modules, too. */
export interface ChangeReport {
  /** By source, without those that have no difference. */
  readonly sources: readonly SourceDiff[]
  /** What modules need of the system; null for a line of Prosody of which nothing is known, and for some modules alone. */
  readonly needs: NeedsDiff | null
  /** What that means for the project's own configuration, worst first. */
  readonly impacts: readonly Impact[]
  /** The configuration that was read; null where there is none. */
  readonly configuration: {
    readonly files: readonly string[]
    /** Where it is no Lua, and what can't be known without running it. */
    readonly problems: readonly ConfigProblem[]
    readonly unknown: readonly ConfigNote[]
  } | null
}

/** What two locks are compared for. */
export interface ReportWorld {
  /** The project, or what stands for one. */
  readonly project: {readonly folder: string; readonly manifest: Manifest}
  /** Absolute paths of configurations, in place of those that are found in the project; [] for none. */
  readonly config?: readonly string[] | undefined
  readonly bench: Workbench
  readonly wholeSource?: LocksCompared['wholeSource']
  readonly countsLines?: boolean
  /** Modules, by name, that all else is left out for, and what is needed of the system; [] for all. */
  readonly only?: readonly string[]
}

/** Compares two locks by what the registry and the store know of their files. */
export async function reportOf(
  locked: Lockfile,
  moved: Lockfile,
  {project, config, bench, wholeSource, countsLines = true, only = []}: ReportWorld,
): Promise<ChangeReport> {
  const {folder, manifest} = project
  const {registry} = bench.environment
  // What patches make of files is no news of a release.
  const [before, after] = [published(locked), published(moved)]
  const configuration = config?.length === 0 ? undefined : readUserConfig(project, config)
  const target = targetFor(manifest, after, bench)
  const bytes: Bytes = {read: (sha256) => bench.session.read(sha256)}
  const known = knowledgeOf(bench.analyses, registry, bytes)
  const sizes = knownSizes([before, after], registry)
  const all = compareLocks({
    ...{before, after, known, wholeSource, line: target?.prosody ?? defaultProsody, registry},
    patches: await patchChanges(before, after, {manifest, bench}),
    sizeOf: (sha256: Sha256) => sizes.get(sha256) ?? bytes.read(sha256)?.length,
    linesOf: linesIn(bytes),
    countsLines,
  })
  const told = withAdvisories(all, {before, after}, registry)
  const sources = only.length === 0 ? told : told.flatMap((one) => ofModules(one, only))
  const needs =
    target === undefined || only.length > 0 ? null : compareNeeds(before, after, {target, registry, known})
  return {
    ...{sources, needs, impacts: impactsOf({sources, needs}, folder, configuration)},
    configuration: configuration === undefined ? null : readOf(configuration),
  }
}

function published(lock: Lockfile): Lockfile {
  const modules = entriesIn(lock.modules).map(([key, locked]) => [key, asPublished(locked)] as const)
  return {...lock, modules: Object.fromEntries(modules)}
}

function readOf({files, problems, unknown}: Configuration): NonNullable<ChangeReport['configuration']> {
  return {files, problems, unknown}
}

function impactsOf(
  {sources, needs}: Pick<ChangeReport, 'sources' | 'needs'>,
  folder: string,
  configuration: Configuration | undefined,
): Impact[] {
  const enabled = configuration && new Set(enabledIn(configuration).map(({name}) => name))
  const found = [
    ...(configuration === undefined
      ? []
      : sources.flatMap(({source, entries, to, changes}) => {
          const [one = source] = entries
          const what = entries.length > 1 || one.endsWith('/*') ? source : one
          return impactsOn(configuration, {release: `${what} ${shownVersion(to?.version ?? '')}`, changes})
        })),
    ...(needs === null ? [] : packageImpacts(folder, needs, enabled)),
  ]
  return found.sort((a, b) => Number(a.severity === 'notable') - Number(b.severity === 'notable'))
}

/** Returns what modules are to run with: the project's manifest says it, else a lockfile. */
export function targetFor(
  manifest: Manifest,
  lock: Lockfile,
  {environment}: Workbench,
): LockTarget | undefined {
  return lockTargetOf(manifest, environment.registry) ?? lock.target
}
