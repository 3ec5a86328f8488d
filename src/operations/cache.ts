import {Store} from '../fetch/store.ts'
import type {Environment} from './environment.ts'

export interface CacheVerifyResult {
  readonly folder: string
  readonly checked: number
  /** sha256 of blobs whose bytes were other ones; they were removed. */
  readonly removed: readonly string[]
}

export interface CachePruneResult {
  readonly folder: string
  readonly removed: number
  readonly bytes: number
}

export function cachePath(environment: Environment): {readonly folder: string} {
  return {folder: environment.storeFolder}
}

export async function cacheVerify(environment: Environment): Promise<CacheVerifyResult> {
  const folder = environment.storeFolder
  return {folder, ...(await new Store(folder).verify())}
}

/** @param days keep blobs that were used within so many days; 0 removes all */
export async function cachePrune(days: number, environment: Environment): Promise<CachePruneResult> {
  const folder = environment.storeFolder
  return {folder, ...(await new Store(folder).prune(days * 24 * 60 * 60 * 1000))}
}
