import type {Sha256} from '../digest.ts'
import {LintResults} from '../store/lint-results.ts'
import {KeptFacts} from '../store/kept-facts.ts'
import {Listings} from '../store/listings.ts'
import {Store} from '../store/store.ts'
import type {Environment} from '../workbench/environment.ts'

export interface CacheVerifyResult {
  readonly folder: string
  readonly checked: number
  /** Blobs whose bytes were other ones; they were removed. */
  readonly removed: readonly Sha256[]
  /** Kept answers of publishers about what there is; damaged ones were removed. */
  readonly listings: {readonly checked: number; readonly removed: number}
  /** Files of what lint found, one for each configuration; damaged ones were removed. */
  readonly lint: {readonly checked: number; readonly removed: number}
  /** Kept facts of Lua files, likewise. */
  readonly facts: {readonly checked: number; readonly removed: number}
}

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

export function cachePath(environment: Environment): {readonly folder: string} {
  return {folder: environment.storeFolder}
}

export async function cacheVerify(environment: Environment): Promise<CacheVerifyResult> {
  const folder = environment.storeFolder
  return {
    folder,
    ...(await new Store(folder).verify()),
    listings: await new Listings(folder).verify(),
    lint: await new LintResults(folder).verify(),
    facts: await new KeptFacts(folder).verify(),
  }
}

/** @param days keep what was used within so many days; 0 removes all */
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
