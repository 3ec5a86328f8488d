import {join} from 'node:path'
import {digestOf, sha256Of, toSha256, type Digest, type Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import {ownValue} from '../own-value.ts'
import {diskState} from '../project/disk.ts'
import {
  asPublished,
  contextPathOf,
  integrityOf,
  type LockedModule,
  type LockedPatch,
  type Lockfile,
} from '../project/lockfile.ts'
import {manifestName, patchedKeys, patchesIn, type Manifest} from '../project/manifest.ts'
import {patchPath} from '../project/patch-file.ts'
import {readRegular} from '../regular-file.ts'
import {patchFiles, targetOf, touchedFiles, type ReadPatch} from '../resolve/patch-files.ts'
import {revertPart} from '../text/apply-patch.ts'
import {parsePatch} from '../text/unified-patch.ts'
import {fetchAndRead} from '../workbench/fetch-and-read.ts'
import {neededFiles} from '../workbench/needed-files.ts'
import {readLua} from '../workbench/read-lua.ts'
import {blobOf, type Workbench} from '../workbench/workbench.ts'
import {patchReader, type Modules} from './patch-reader.ts'
import {rejectedPatch} from './rejected-patch.ts'

/** A patch, and what the lockfile says of it. */
export interface LoadedPatch extends ReadPatch {
  readonly digest: Digest
}

/** A module before patches, and what stood in the lockfile for it. */
interface Unpatched {
  readonly published: LockedModule
  readonly manifest: Manifest
  readonly previous: Lockfile
  /** What is locked of the sources whose releases bring patches. */
  readonly trees: Modules
}

/**
 * Applies to a locked module what the manifest names for it, in the store: the lock then has the digests of files as they
 * are written, and as published. What would change nothing gives back what was locked before. Throws PATCH_REJECTED for a
 * patch that does not apply as a whole and exactly, PATCH_INVALID, what reading patches and fetching throws, and
 * LUA_INVALID for what is no Lua any more.
 */
export async function withPatches(
  key: ModuleKey,
  {published: given, manifest, previous: lock, trees}: Unpatched,
  bench: Workbench,
): Promise<LockedModule> {
  const published = asPublished(given)
  const named = patchesNamed(key, published, manifest)
  if (named.length === 0) return published
  const previous = Object.hasOwn(lock.modules, key) ? lock.modules[key] : undefined
  const read = await patchReader(
    named.map(({path}) => path),
    {manifest, previous: lock, trees},
    bench,
  )
  const patches = named.map((one) => ({...one, ...loaded(one.path, read)}))
  const touched = touchedFiles(patches, {key, locked: published})
  await bringPublished(touched, {key, published, previous, patches}, bench)
  const textOf = (path: string): string =>
    blobOf(bench, toSha256(digestIn(published, path)), `${key}: ${path}`).toString('latin1')
  const outcome = patchFiles(patches, {key, locked: published}, textOf)
  if (outcome.rejected !== undefined) throw rejectedPatch(key, published, outcome.rejected)
  const patched = lockPatched(published, {key, patches, outcome})
  for (const [path, text] of outcome.texts) {
    if (text === null) continue
    const sha256 = await bench.session.store.put(Buffer.from(text, 'latin1'))
    if (path.endsWith('.lua')) readPatched({key, path, sha256}, patches, bench)
  }
  return previous !== undefined && JSON.stringify(bare(previous)) === JSON.stringify(bare(patched))
    ? previous
    : patched
}

/** Throws PATCH_UNUSED for patches of modules that are not locked. */
export function refuseUnused(lock: Lockfile, manifest: Manifest): void {
  const unused = unusedPatches(lock, manifest)
  const [first] = unused
  if (first === undefined) return
  throw new ProsodyModsError(
    'PATCH_UNUSED',
    `${manifestName} names patches for ${unused.join(', ')}, which the project does not have`,
    {
      hint: `take "${first}" out of "patches", or name there the module that has the files; modules of a tree that is taken as a whole are patched under its name with /*`,
      details: {modules: unused},
    },
  )
}

/** Lists the keys that the manifest names patches for and that are not locked. */
export function unusedPatches({modules}: Lockfile, manifest: Manifest): ModuleKey[] {
  return patchedKeys(manifest).filter((key) => !Object.hasOwn(modules, key))
}

/** A patch by its path, and the module that the manifest names it for. */
export interface NamedPatch {
  readonly path: string
  readonly owner: ModuleKey
}

/**
 * Lists the patches that go for a module: its own and, in a flat tree, in which modules share files, those of the other
 * modules.
 */
export function patchesNamed(key: ModuleKey, {layout}: LockedModule, manifest: Manifest): NamedPatch[] {
  const [source] = splitKey(key)
  const isShared = layout === 'flat'
  const owners = isShared ? patchedKeys(manifest).filter((one) => splitKey(one)[0] === source) : [key]
  const own = patchesIn(manifest, key).map(patchPath)
  const named = new Map<string, NamedPatch>()
  for (const owner of owners)
    for (const path of patchesIn(manifest, owner).map(patchPath))
      named.set(path, {path, owner: own.includes(path) ? key : (named.get(path)?.owner ?? owner)})
  return [...named.values()]
}

/** Reads a patch. Throws what reading it throws, and PATCH_INVALID. */
export function loaded(path: string, read: (path: string) => Buffer): Omit<LoadedPatch, 'owner'> {
  const bytes = read(path)
  const {parts, problem} = parsePatch(bytes.toString('latin1'))
  if (problem === undefined) return {path, digest: digestOf(bytes), parts}
  throw new ProsodyModsError('PATCH_INVALID', `${path}:${problem.line}: ${problem.message}`, {
    hint: 'patches are unified diffs of text, as diff -u, git diff and hg diff write them',
    details: {path, line: problem.line},
  })
}

/** Locks the patches of Prosody itself: what they are for lies in no module. Undefined for none. Throws as withPatches. */
export async function prosodyPatches(
  at: {readonly manifest: Manifest; readonly previous: Lockfile; readonly trees: Modules},
  bench: Workbench,
): Promise<readonly LockedPatch[] | undefined> {
  const paths = patchesIn(at.manifest, 'prosody').map(patchPath)
  if (paths.length === 0) return undefined
  const read = await patchReader(paths, at, bench)
  return paths.map((path) => ({path, digest: loaded(path, read).digest}))
}

/** Makes the lock of a module whose files patches were applied to. */
export function lockPatched(
  published: LockedModule,
  {
    key,
    patches,
    outcome,
  }: {
    readonly key: ModuleKey
    readonly patches: readonly LoadedPatch[]
    readonly outcome: ReturnType<typeof patchFiles>
  },
): LockedModule {
  const files: Record<string, Digest> = {...published.files}
  const before: Record<string, Digest | null> = {}
  for (const [path, text] of outcome.texts) {
    const was = ownValue(published.files, path) ?? null
    const now = text === null ? null : digestOf(Buffer.from(text, 'latin1'))
    if (now === was) continue
    before[path] = was
    if (now === null) Reflect.deleteProperty(files, path)
    else files[path] = now
  }
  const own = patches.filter(({owner}) => owner === key)
  const named = own.map(({path, digest}): LockedPatch => {
    const state = outcome.states.get(path)
    return {path, digest, ...(state === undefined ? {} : {state})}
  })
  const {needs, ...rest} = published
  return {
    ...rest,
    integrity: integrityOf(files),
    files,
    ...(named.length === 0 ? {} : {patches: named}),
    ...(Object.keys(before).length === 0 ? {} : {published: before}),
    ...(needs === undefined ? {} : {needs}),
  }
}

/** Tells whether two locks of a module have the same release, patches and files. */
export function isSamePatched(one: LockedModule, other: LockedModule): boolean {
  return JSON.stringify(bare(one)) === JSON.stringify(bare(other))
}

/** What patches decide; the order of files is the lockfile's, and needs are looked up afterwards. */
function bare({version, files, patches, published, resolved}: LockedModule): unknown {
  const sorted = (table: object): unknown => Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1))
  return [version, resolved, sorted(files), patches ?? [], sorted(published ?? {})]
}

/** Files of a module, and the patches that are about them. */
export interface Touched {
  readonly key: ModuleKey
  readonly published: LockedModule
  readonly previous: LockedModule | undefined
  readonly patches: readonly LoadedPatch[]
}

/** Puts the published bytes of files into the store: out of the context, where patches can be taken back, else fetched. */
async function bringPublished(paths: readonly string[], at: Touched, bench: Workbench): Promise<void> {
  const {store} = bench.session
  const {key, published} = at
  for (const path of paths) {
    const sha256 = toSha256(digestIn(published, path))
    if (store.has(sha256)) continue
    const text = publishedText(path, at, (one) =>
      textAt(bench.context.projectFolder, contextPathOf(key, one)),
    )
    if (text !== undefined) await store.put(Buffer.from(text, 'latin1'))
  }
  const digests = new Set(paths.map((path) => toSha256(digestIn(published, path))))
  const needed = neededFiles({lockfileVersion: 1, modules: {[key]: published}})
  await fetchAndRead(
    needed.filter(({sha256}) => digests.has(sha256)),
    bench,
  )
}

/**
 * Returns a file as published from what is written, where that is either that or what the patches have made of it;
 * undefined where it is neither.
 * @param written what lies at a path, one character a byte: null for nothing, undefined for what is no file
 */
export function publishedText(
  path: string,
  {key, published, previous, patches}: Touched,
  written: (path: string) => string | null | undefined,
): string | undefined {
  const wanted = toSha256(digestIn(published, path))
  let text = written(path)
  if (text === undefined) return undefined
  if (text !== null && sha256OfText(text) === wanted) return text
  const states = new Map(previous?.patches?.map((one) => [one.path, one.state]))
  const paths = new Set([...Object.keys(published.files), ...Object.keys(previous?.files ?? {})])
  const parts = patches
    .filter((patch) => states.get(patch.path) !== 'already')
    .flatMap((patch) => patch.parts)
    .filter((part) => targetOf(part, {key, locked: published, paths}) === path)
  for (const part of parts.reverse()) {
    text = revertPart(part, text)
    if (text === undefined) return undefined
  }
  return text !== null && sha256OfText(text) === wanted ? text : undefined
}

/** Reads a file of a context, one character a byte: null for nothing, undefined for what is no file. */
export function textAt(folder: string, path: string): string | null | undefined {
  const state = diskState(folder, path)
  if (state === 'other') return undefined
  return state === 'absent' ? null : readRegular(join(folder, path), 'module').toString('latin1')
}

function sha256OfText(text: string): Sha256 {
  return sha256Of(Buffer.from(text, 'latin1'))
}

function digestIn({files}: LockedModule, path: string): Digest {
  const digest = ownValue(files, path)
  if (digest === undefined) throw new Error(`no ${path} in the module`)
  return digest
}

/** A file that was Lua before the patches says by its error what they have done. */
function readPatched(
  {key, path, sha256}: {readonly key: ModuleKey; readonly path: string; readonly sha256: Sha256},
  patches: readonly LoadedPatch[],
  bench: Workbench,
): void {
  try {
    readLua({module: key, path, sha256}, bench)
  } catch (error) {
    if (!(error instanceof ProsodyModsError) || error.code !== 'LUA_INVALID') throw error
    throw error.with({
      message: `${error.message}\npatched with ${patches.map((patch) => patch.path).join(', ')}`,
      hint: 'Prosody could not load this module, so it is refused; nothing was written; mend the patch',
    })
  }
}
