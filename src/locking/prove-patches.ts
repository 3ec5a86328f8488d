import {toSha256, type Sha256} from '../digest.ts'
import {entriesIn, type ModuleKey} from '../module-key.ts'
import {ProsodyModsError} from '../errors.ts'
import {ownValue} from '../own-value.ts'
import {asPublished, contextPathOf, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {patchFiles, touchedFiles} from '../resolve/patch-files.ts'
import {isSamePatched, lockPatched, patchesFor, publishedText, type LoadedPatch} from './patches.ts'

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
 * Proves of each patched file that it is what the patches make of the published one: they are taken back, which has to
 * give the published digest, and applied again. Needs no network, and gives what is not so.
 */
export function provePatches(project: PatchedProject): Unproved[] {
  const {patches: named = {}} = project.manifest
  return entriesIn(project.lock.modules).flatMap(([key, locked]) => {
    const isPatched = locked.patches !== undefined || locked.published !== undefined
    return isPatched || Object.hasOwn(named, key) ? proveModule(key, locked, project) : []
  })
}

function proveModule(key: ModuleKey, locked: LockedModule, project: PatchedProject): Unproved[] {
  const patches = readable(() =>
    patchesFor(key, {layout: locked.layout, manifest: project.manifest}, project.folder),
  )
  if (patches === undefined) {
    const missing = locked.patches?.map(({path, digest}) => ({path, expected: toSha256(digest)})) ?? []
    return missing.map((one) => ({...one, kind: 'patch', got: null}))
  }
  const others = otherPatches(key, locked, patches)
  if (others.length > 0) return others
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

/** The lockfile says which patches, with which bytes, in which order. */
function otherPatches(
  key: ModuleKey,
  {patches: locked = []}: LockedModule,
  patches: readonly LoadedPatch[],
): Unproved[] {
  const own = patches.filter(({owner}) => owner === key)
  const paths = [...new Set([...locked, ...own].map(({path}) => path))]
  return paths.flatMap((path): Unproved[] => {
    const [expected, got] = [locked, own].map((list) => {
      const digest = list.find((one) => one.path === path)?.digest
      return digest === undefined ? null : toSha256(digest)
    })
    return expected === got ? [] : [{path, kind: 'patch', expected: expected ?? null, got: got ?? null}]
  })
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
