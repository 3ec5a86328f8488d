import {toSha256} from '../../digest.ts'
import type {ModuleKey} from '../../module-key.ts'
import {ownValue} from '../../own-value.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import type {Manifest} from '../../project/manifest.ts'
import type {ManifestChange} from '../../project/manifest-edit.ts'
import type {ResolvedLock} from '../../locking/resolve-lock.ts'
import {fetchAndRead} from '../../workbench/fetch-and-read.ts'
import {neededFiles} from '../../workbench/needed-files.ts'
import {blobOf, type Workbench} from '../../workbench/workbench.ts'

/** A patch that is made of what is about to be locked. */
export interface MadePatch {
  /** The module that the manifest names it for. */
  readonly key: ModuleKey
  /** From the project's folder. */
  readonly path: string
  readonly bytes: Buffer
}

/** Makes patches for modules that are added. */
export interface PatchMaker {
  /** Where they lie: what the manifest names of these is made anew. */
  readonly paths: readonly string[]
  /** @param bytesOf reads a file of a locked module, which is brought in where it is not there */
  make(
    lock: Lockfile,
    bytesOf: (key: ModuleKey, path: string) => Promise<Buffer>,
  ): Promise<readonly MadePatch[]>
}

/** What came of making patches. */
export interface WithMade {
  readonly outcome: ResolvedLock
  readonly manifest: Manifest
  readonly changes: readonly ManifestChange[]
}

/**
 * Resolves a manifest without the patches that are to be made, has them made of that, and resolves it with them. Throws what
 * resolving throws.
 */
export async function resolveWithMade(
  manifest: Manifest,
  maker: PatchMaker,
  {
    resolve,
    bench,
  }: {
    readonly resolve: (manifest: Manifest, first: Lockfile | undefined) => Promise<ResolvedLock>
    readonly bench: Workbench
  },
): Promise<WithMade> {
  const bare = withoutPatches(manifest, new Set(maker.paths))
  const first = await resolve(bare, undefined)
  const made = await maker.make(first.lock, (key, path) => bytesOf(key, path, {lock: first.lock, bench}))
  if (made.length === 0) return {outcome: first, manifest: bare, changes: []}
  for (const {path, bytes} of made) bench.drafts.set(path, bytes)
  const patches: Record<string, readonly string[]> = {...bare.patches}
  for (const {key, path} of made) patches[key] = [...(ownValue(patches, key) ?? []), path]
  const patched = {...bare, patches}
  const second = await resolve(patched, first.lock)
  const keys = [...new Set(made.map(({key}) => key))]
  return {
    outcome: {...second, resolved: [...first.resolved, ...second.resolved]},
    manifest: patched,
    changes: keys.map((key) => ({path: ['patches', key], value: patches[key] ?? []})),
  }
}

function withoutPatches(manifest: Manifest, paths: ReadonlySet<string>): Manifest {
  if (manifest.patches === undefined) return manifest
  const left = Object.entries(manifest.patches).flatMap(([key, all]) => {
    const own = all.filter((path) => !paths.has(path))
    return own.length === 0 ? [] : [[key, own] as const]
  })
  return {...manifest, patches: Object.fromEntries(left)}
}

async function bytesOf(
  key: ModuleKey,
  path: string,
  {lock, bench}: {readonly lock: Lockfile; readonly bench: Workbench},
): Promise<Buffer> {
  const locked = lock.modules[key]
  const digest = locked === undefined ? undefined : ownValue(locked.files, path)
  if (locked === undefined || digest === undefined) throw new Error(`no ${path} in ${key}`)
  const sha256 = toSha256(digest)
  // What patches of the project have made of a file is in the store.
  const needed = neededFiles({lockfileVersion: 1, modules: {[key]: locked}})
  await fetchAndRead(
    needed.filter((one) => one.sha256 === sha256),
    bench,
  )
  return blobOf(bench, sha256, `${key}: ${path}`)
}
