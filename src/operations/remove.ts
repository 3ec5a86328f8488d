import {splitKey, type ModuleKey, entriesIn, keysIn} from '../module-key.ts'
import {emptyLock, type Lockfile} from '../project/lockfile.ts'
import {manifestName, parseManifest, patchesIn, type Manifest} from '../project/manifest.ts'
import {editManifest} from '../project/manifest-edit.ts'
import {moduleOfPath} from '../module-name.ts'
import {placesOf, type NamedAt} from './user-config/enabling.ts'
import type {ConfiguredProject} from './user-config/find.ts'
import {configurationToChange} from './user-config/for-change.ts'
import {neededKeys} from '../resolve/needs.ts'
import type {Environment} from '../workbench/environment.ts'
import {keyOf} from '../locking/key-of.ts'
import {changeProject} from '../workbench/open-project.ts'
import {unusedPatches} from '../locking/patches.ts'
import {resolveLock} from '../locking/resolve-lock.ts'
import type {WriteResult} from '../context/write-result.ts'
import {withUserSources} from '../workbench/user-config.ts'
import {withWorkbench} from '../workbench/workbench.ts'
import {writeProject} from '../context/write-project.ts'

/** What `remove` is asked for. */
export interface RemoveRequest {
  /** `name`, `source/name`, or `source` for its whole tree. */
  readonly specs: readonly string[]
  readonly offline: boolean
  readonly force: boolean
  readonly dryRun: boolean
}

/** What `remove` did; the shape is part of --json (docs/reference/json.md). */
export interface RemoveResult extends WriteResult {
  /** source/name */
  readonly removed: readonly ModuleKey[]
  /** Modules that were taken out of the manifest, and stay since others need them. */
  readonly stillNeeded: readonly {readonly module: ModuleKey; readonly neededBy: readonly ModuleKey[]}[]
  /** Files of patches that the manifest named for modules that went: they stay where they are. */
  readonly unusedPatches: readonly string[]
  /** Where the project's own configuration names what went; null where no configuration was found. */
  readonly stillNamed: readonly NamedAt[] | null
  /** Sources that the manifest declares, and of which the project has no module any more. */
  readonly unusedSources: readonly string[]
}

/**
 * Takes modules out of manifest, lockfile and context. Declarations of sources stay: which of them were written by hand
 * can't be told. Throws NOT_INSTALLED, OWNED_FILE_CHANGED.
 */
export async function remove(request: RemoveRequest, environment: Environment): Promise<RemoveResult> {
  return changeProject(
    environment,
    (project) =>
      withWorkbench(environment, {...project, offline: request.offline}, async (bench) => {
        const keys = [...new Set(request.specs.map((text) => keyOf(text, project)))]
        const changes = keys.map((key) => ({path: ['modules', key], value: undefined}))
        const manifestText = editManifest(project.manifestText, changes)
        const written = await parseManifest(manifestText, manifestName)
        const manifest = withUserSources(written, bench.user, environment.registry)
        const previous = project.lock ?? emptyLock
        const removal = {manifest, previous, refresh: new Set<ModuleKey>(), leavesPatches: true}
        const {lock, closure, resolved} = await resolveLock(removal, bench)
        const unused = unusedPatches(lock, manifest)
        const wanted = {
          lock,
          closure,
          resolved,
          manifest,
          manifestText: withoutPatches(manifestText, unused, written),
          writeLock: true,
          force: request.force,
          dryRun: request.dryRun,
        }
        const stillNeeded = neededOf(keys, lock)
        return {
          ...(await writeProject(project, wanted, bench)),
          removed: keys.filter((key) => !Object.hasOwn(lock.modules, key)),
          stillNeeded,
          stillNamed: stillNamed({folder: project.folder, manifest}, previous, lock),
          unusedPatches: unused.flatMap((key) => patchesIn(manifest, key)),
          unusedSources: unusedOf(keys, written, lock),
        }
      }),
    request,
  )
}

/** Names of what was locked and is no more that the configuration has. */
function stillNamed(
  project: ConfiguredProject,
  before: Lockfile,
  after: Lockfile,
): readonly NamedAt[] | null {
  const configuration = configurationToChange(project)
  if (configuration === undefined) return null
  const left = new Set(moduleNames(after))
  return moduleNames(before)
    .filter((name) => !left.has(name))
    .flatMap((name) => placesOf(name, configuration))
}

function moduleNames({modules}: Lockfile): readonly string[] {
  const names = Object.values(modules).flatMap(({files}) =>
    Object.keys(files).flatMap((path) => moduleOfPath(path) ?? []),
  )
  return [...new Set(names)]
}

/** What was for modules that are gone goes with them. */
function withoutPatches(text: string, unused: readonly ModuleKey[], {patches}: Manifest): string {
  if (unused.length === 0) return text
  const isAll = unused.length === Object.keys(patches ?? {}).length
  const paths = isAll ? [['patches']] : unused.map((key) => ['patches', key])
  return editManifest(
    text,
    paths.map((path) => ({path, value: undefined})),
  )
}

function neededOf(keys: readonly ModuleKey[], {modules}: Lockfile): RemoveResult['stillNeeded'] {
  return keys
    .filter((key) => Object.hasOwn(modules, key))
    .map((module) => ({
      module,
      neededBy: entriesIn(modules)
        .filter(([key, locked]) => key !== module && neededKeys(locked).includes(module))
        .map(([key]) => key),
    }))
}

/** Of the sources that modules were taken from, those that the manifest declares for nothing. */
function unusedOf(keys: readonly ModuleKey[], {sources = {}}: Manifest, {modules}: Lockfile): string[] {
  const used = new Set(keysIn(modules).map((key) => splitKey(key)[0]))
  const left = new Set(keys.map((key) => splitKey(key)[0]))
  return [...left].filter((source) => Object.hasOwn(sources, source) && !used.has(source))
}
