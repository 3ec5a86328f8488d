import {sha256Of, toSha256, type Sha256} from '../digest.ts'
import {entriesIn, type ModuleKey} from '../module-key.ts'
import {ProsodyModsError} from '../errors.ts'
import {ownValue} from '../own-value.ts'
import {
  asPublished,
  contextPathOf,
  patchPlace,
  type LockedModule,
  type LockedPatch,
  type Lockfile,
} from '../project/lockfile.ts'
import {patchedKeys, patchesIn, type Manifest} from '../project/manifest.ts'
import {patchPath, readPatch} from '../project/patch-file.ts'
import {patchFiles, touchedFiles} from '../resolve/patch-files.ts'
import {isSamePatched, loaded, lockPatched, patchesNamed, publishedText} from './patches.ts'

/** A project whose lockfile says what patches have made of files. */
export interface PatchedProject {
  /** Absolute. */
  readonly folder: string
  readonly manifest: Manifest
  readonly lock: Lockfile
  /** Reads what is written at a path from the project's folder: null for nothing, undefined for what is no file. */
  readonly written: (path: string) => string | null | undefined
  /** Reads a file out of the store. */
  readonly stored: (sha256: Sha256) => Buffer | undefined
}

/** A patch, or a patched file, that is not what the lockfile says. */
export interface Unproved {
  /** From the project's folder. */
  readonly path: string
  readonly kind: 'patch' | 'unproved'
  readonly expected: Sha256 | null
  readonly got: Sha256 | null
}

/**
 * Finds patches that are not those of the lockfile, and files that are not what patches make of the published ones: they
 * are taken back, which has to give the published digest, and applied again. Needs no network.
 */
export function provePatches(project: PatchedProject): Unproved[] {
  const named = patchedKeys(project.manifest)
  const ofProsody = patchesIn(project.manifest, 'prosody').map(patchPath)
  const ofModules = entriesIn(project.lock.modules).flatMap(([key, locked]) => {
    const isPatched = locked.patches !== undefined || locked.published !== undefined
    return isPatched || named.includes(key) ? proveModule(key, locked, project) : []
  })
  return [...otherPatches(project.lock.patches, ofProsody, readerOf(project)), ...ofModules]
}

function proveModule(key: ModuleKey, locked: LockedModule, project: PatchedProject): Unproved[] {
  const read = readerOf(project)
  const named = patchesNamed(key, locked, project.manifest)
  const patches = readable(() => named.map((one) => ({...one, ...loaded(one.path, read)})))
  const own = named.filter(({owner}) => owner === key).map(({path}) => path)
  const others = otherPatches(locked.patches, own, read)
  if (patches === undefined || others.length > 0) return others
  const published = asPublished(locked)
  const touched = {key, published, previous: locked, patches}
  const textOf = (path: string): string => {
    const sha256 = toSha256(ownValue(published.files, path) ?? unknown(path))
    const text =
      publishedText(path, touched, (one) => project.written(contextPathOf(key, one))) ??
      project.stored(sha256)?.toString('latin1')
    if (text === undefined) throw new Unreadable()
    return text
  }
  const isProved = readable(() => {
    for (const path of touchedFiles(patches, {key, locked: published})) textOf(path)
    const outcome = patchFiles(patches, {key, locked: published}, textOf)
    return (
      outcome.rejected === undefined && isSamePatched(locked, lockPatched(published, {key, patches, outcome}))
    )
  })
  if (isProved === true) return []
  return Object.entries(locked.published ?? {}).flatMap(([path]) => {
    const digest = ownValue(locked.files, path)
    const sha256 = digest === undefined ? null : toSha256(digest)
    return [{path: contextPathOf(key, path), kind: 'unproved', expected: sha256, got: sha256}]
  })
}

/** The lockfile says which patches, with which bytes. */
function otherPatches(
  locked: readonly LockedPatch[] = [],
  named: readonly string[],
  read: (path: string) => Buffer,
): Unproved[] {
  const paths = [...new Set([...locked.map(({path}) => path), ...named])]
  return paths.flatMap((path): Unproved[] => {
    const digest = locked.find((one) => one.path === path)?.digest
    const expected = digest === undefined ? null : toSha256(digest)
    const got = named.includes(path) ? (readable(() => sha256Of(read(path))) ?? null) : null
    return expected === got ? [] : [{path: patchPlace(path), kind: 'patch', expected, got}]
  })
}

/** Those of releases lie in the project, too, and are compared with the lockfile there. */
function readerOf({folder}: PatchedProject): (path: string) => Buffer {
  return (path) => readPatch(folder, patchPlace(path))
}

class Unreadable extends Error {}

/** Undefined for what can't be read. */
function readable<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Unreadable || error instanceof ProsodyModsError) return undefined
    throw error
  }
}

function unknown(path: string): never {
  throw new Error(`no ${path} in the module`)
}
