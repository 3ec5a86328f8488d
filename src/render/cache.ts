import type {CachePruneResult, CacheVerifyResult} from '../operations/cache.ts'
import {count, lines} from './common.ts'

export function renderCacheVerify({checked, removed, listings, lint}: CacheVerifyResult): string {
  return lines(
    removed.map((sha256) => `removed sha256:${sha256}: other bytes`),
    listings.removed === 0 ? [] : `removed ${count(listings.removed, 'damaged listing')}`,
    lint.removed === 0 ? [] : `removed ${count(lint.removed, 'damaged file')} of what lint found`,
    `${count(checked + lint.checked, 'file')} and ${count(listings.checked, 'listing')} checked, ${removed.length + listings.removed + lint.removed} bad`,
  )
}

export function renderCachePrune({removed, bytes, listings, lint}: CachePruneResult): string {
  const megabytes = ((bytes + listings.bytes + lint.bytes) / 1024 / 1024).toFixed(1)
  return lines(
    `removed ${count(removed + lint.removed, 'file')} and ${count(listings.removed, 'listing')}, ${megabytes} MB`,
  )
}
