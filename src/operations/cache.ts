import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {Sha256} from '../digest.ts'
import {messageOf, ProsodyModsError, systemCode} from '../errors.ts'
import {LintResults} from '../store/lint-results.ts'
import {KeptFacts} from '../store/kept-facts.ts'
import {Listings} from '../store/listings.ts'
import {Store} from '../store/store.ts'
import type {Environment} from '../workbench/environment.ts'
import {findUnusable, type UnusableFacts} from '../workbench/shipped-facts.ts'

/** What `cache verify` found; the shape is part of --json (docs/reference/json.md). */
export interface CacheVerifyResult {
  readonly folder: string
  readonly checked: number
  /** Blobs whose bytes were other ones; they were removed. */
  readonly removed: readonly Sha256[]
  /** Kept answers of publishers about what there is; damaged ones were removed. */
  readonly listings: {readonly checked: number; readonly removed: number}
  /** Files of what lint found, one for each configuration; damaged ones were removed. */
  readonly lint: {readonly checked: number; readonly removed: number}
  /** Kept facts of Lua files; damaged ones were removed. */
  readonly facts: {readonly checked: number; readonly removed: number}
  /** Facts that came with prosody-mods and can't be used: files are read in their place. */
  readonly registry: readonly UnusableFacts[]
}

/** What `cache prune` removed; the shape is part of --json (docs/reference/json.md). */
export interface CachePruneResult {
  readonly folder: string
  readonly removed: number
  readonly bytes: number
  /** Kept answers of publishers about what there is. */
  readonly listings: {readonly removed: number; readonly bytes: number}
  /** Files of what lint found. */
  readonly lint: {readonly removed: number; readonly bytes: number}
  /** Kept facts of Lua files. */
  readonly facts: {readonly removed: number; readonly bytes: number}
}

/** What `cache size` counted; the shape is part of --json (docs/reference/json.md). */
export interface CacheSizeResult {
  readonly folder: string
  /** Files of every kind: verified ones, listings, facts, what lint found. */
  readonly files: number
  readonly bytes: number
}

/** Counts what lies in the store; 0 where there is none yet. Throws READ_FAILED. */
export async function cacheSize({storeFolder: folder}: Environment): Promise<CacheSizeResult> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true}).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw new ProsodyModsError('READ_FAILED', `the store can't be read: ${messageOf(error)}`, {
      hint: 'PROSODY_MODS_CACHE names another folder',
      details: {path: folder},
      cause: error,
    })
  })
  let [files, bytes] = [0, 0]
  for (const entry of entries) {
    if (!entry.isFile()) continue
    // Another process may have pruned meanwhile.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined)
    if (found === undefined) continue
    files += 1
    bytes += found.size
  }
  return {folder, files, bytes}
}

/** Tells where the store lies. */
export function cachePath(environment: Environment): {readonly folder: string} {
  return {folder: environment.storeFolder}
}

/** Checks the digests of all that the store holds, and removes what is damaged. */
export async function cacheVerify(environment: Environment): Promise<CacheVerifyResult> {
  const folder = environment.storeFolder
  return {
    folder,
    ...(await new Store(folder).verify()),
    listings: await new Listings(folder).verify(),
    lint: await new LintResults(folder).verify(),
    facts: await new KeptFacts(folder).verify(),
    registry: findUnusable(environment.registry),
  }
}

/**
 * Removes from the store what was not used for some days.
 * @param days keep what was used within so many days; 0 removes all
 */
export async function cachePrune(days: number, environment: Environment): Promise<CachePruneResult> {
  const folder = environment.storeFolder
  const age = days * 24 * 60 * 60 * 1000
  return {
    folder,
    ...(await new Store(folder).prune(age)),
    listings: await new Listings(folder).prune(age),
    lint: await new LintResults(folder).prune(age),
    facts: await new KeptFacts(folder).prune(age),
  }
}
