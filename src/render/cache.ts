import type {CachePruneResult, CacheVerifyResult} from '../operations/cache.ts'
import {count, lines} from './common.ts'

export function renderCacheVerify({checked, removed, listings, facts}: CacheVerifyResult): string {
  return lines(
    removed.map((sha256) => `removed sha256:${sha256}: other bytes`),
    listings.removed === 0 ? [] : `removed ${count(listings.removed, 'damaged listing')}`,
    facts.removed === 0 ? [] : `removed damaged facts of ${count(facts.removed, 'file')}`,
    `${listed(checked, listings.checked, facts.checked)} checked, ${removed.length + listings.removed + facts.removed} bad`,
  )
}

export function renderCachePrune({removed, bytes, listings, facts}: CachePruneResult): string {
  const megabytes = ((bytes + listings.bytes + facts.bytes) / 1024 / 1024).toFixed(1)
  return lines(`removed ${listed(removed, listings.removed, facts.removed)}, ${megabytes} MB`)
}

/** Facts, which most people never meet, are named where there are any. */
function listed(files: number, listings: number, facts: number): string {
  const both = [count(files, 'file'), count(listings, 'listing')]
  return facts === 0 ? both.join(' and ') : `${both.join(', ')} and facts of ${count(facts, 'file')}`
}
