import type {CachePruneResult, CacheVerifyResult} from '../operations/cache.ts'
import {count, lines} from './common.ts'

export function renderCacheVerify({checked, removed, listings}: CacheVerifyResult): string {
  return lines(
    removed.map((sha256) => `removed sha256:${sha256}: other bytes`),
    listings.removed === 0 ? [] : `removed ${count(listings.removed, 'damaged listing')}`,
    `${count(checked, 'file')} and ${count(listings.checked, 'listing')} checked, ${removed.length + listings.removed} bad`,
  )
}

export function renderCachePrune({removed, bytes, listings}: CachePruneResult): string {
  const megabytes = ((bytes + listings.bytes) / 1024 / 1024).toFixed(1)
  return lines(`removed ${count(removed, 'file')} and ${count(listings.removed, 'listing')}, ${megabytes} MB`)
}
