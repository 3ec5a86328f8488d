import {join} from 'node:path'
import {sha256Of, toSha256, type Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {entriesIn, splitKey, type ModuleKey} from '../module-key.ts'
import {diskState} from '../project/disk.ts'
import {patchPlace, upstreamPatch, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {readPatch} from '../project/patch-file.ts'
import {readRegular} from '../regular-file.ts'
import {knownContents} from '../resolve/lock-claims.ts'
import type {ReleaseContents} from '../sources/types.ts'
import {definitionFor} from '../workbench/definition-for.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {blobOf, type Workbench} from '../workbench/workbench.ts'
import {firstUse} from './first-use.ts'

/** Locked modules by key. */
export type Modules = Readonly<Record<ModuleKey, LockedModule>>

interface Project {
  readonly manifest: Manifest
  readonly previous: Lockfile
  /** What is locked of the sources whose releases bring patches. */
  readonly trees: Modules
}

/** Where the release of a source is known to be from. */
interface Tree {
  readonly key: ModuleKey
  readonly locked: LockedModule
}

/**
 * Brings in the patches that lie in releases of sources, and returns what reads these and those of the project by their
 * paths. Throws PATH_NOT_FOUND, PATH_OUTSIDE, READ_FAILED, and what fetching throws.
 */
export async function patchReader(
  paths: readonly string[],
  project: Project,
  bench: Workbench,
): Promise<(path: string) => Buffer> {
  const brought = new Map<string, Buffer>()
  for (const path of paths) {
    const upstream = upstreamPatch(path)
    if (upstream === undefined) continue
    const tree = treeOf(path, upstream.source, project)
    const sha256 = await digestOf(path, {...tree, inner: upstream.path}, {...project, bench})
    await bring({path, sha256, inner: upstream.path, tree}, bench)
    brought.set(path, blobOf(bench, sha256, path))
  }
  return (path) => brought.get(path) ?? bench.drafts.get(path) ?? readPatch(bench.context.projectFolder, path)
}

function treeOf(path: string, source: string, {trees}: Project): Tree {
  const [found] = entriesIn(trees).filter(
    ([key, {layout}]) => splitKey(key)[0] === source && layout === 'flat',
  )
  if (found !== undefined) return {key: found[0], locked: found[1]}
  throw notThere(path, `nothing of a flat tree ${source} is locked, whose one release could have it`)
}

/** What the registry knows decides; else what was locked of the same release, and else the release itself. */
async function digestOf(
  path: string,
  {key, locked, inner}: Tree & {readonly inner: string},
  {manifest, previous, bench}: Project & {readonly bench: Workbench},
): Promise<Sha256> {
  const definition = definitionFor(key, manifest, bench)
  const {registry} = bench.environment
  const isPublished = registry.source(definition.id) !== undefined
  const known = isPublished ? knownContents(key, locked, {definition, registry}) : undefined
  const before = known === undefined ? lockedBefore(path, {key, locked}, previous) : undefined
  if (before !== undefined) return before
  const {version, resolved} = locked
  const seen = {ref: {version, resolved}, definition, manifest, module: splitKey(key)[1]}
  const contents: ReleaseContents = known ?? (await firstUse(key, seen, bench))
  const sha256 = contents.files.get(inner)?.sha256
  if (sha256 !== undefined) return sha256
  const patches = [...contents.files.keys()].filter((one) => one.endsWith('.patch')).sort()
  throw notThere(path, `${key} ${version} has ${patches.length === 0 ? 'no patch' : patches.join(', ')}`)
}

function lockedBefore(
  path: string,
  {key, locked}: Tree,
  {patches = [], modules}: Lockfile,
): Sha256 | undefined {
  const tree = Object.hasOwn(modules, key) ? modules[key] : undefined
  const isSame =
    tree?.version === locked.version && JSON.stringify(tree.resolved) === JSON.stringify(locked.resolved)
  if (!isSame) return undefined
  const all = [...patches, ...Object.values(modules).flatMap((one) => one.patches ?? [])]
  const found = all.find((one) => one.path === path)
  return found && toSha256(found.digest)
}

/** Out of the project where it lies there, else from the publisher. */
async function bring(
  {
    path,
    sha256,
    inner,
    tree,
  }: {
    readonly path: string
    readonly sha256: Sha256
    readonly inner: string
    readonly tree: Tree
  },
  bench: Workbench,
): Promise<void> {
  const {store} = bench.session
  const folder = bench.context.projectFolder
  const state = store.has(sha256) ? 'absent' : diskState(folder, patchPlace(path))
  if (typeof state === 'object' && state.sha256 === sha256) {
    const bytes = readRegular(join(folder, patchPlace(path)), 'patch')
    if (sha256Of(bytes) === sha256) await store.put(bytes)
  }
  const {key, locked} = tree
  await fetchAndRead(
    [{module: key, resolved: locked.resolved, path: inner, sha256, knownVariant: false}],
    bench,
  )
}

function notThere(path: string, what: string): ProsodyModsError {
  return new ProsodyModsError('PATH_NOT_FOUND', `there is no patch ${path}: ${what}`, {
    hint: 'a patch out of a release is named by its source and its path there, as in jitsi:muc_owner_allow_kick.patch',
    details: {path},
  })
}
