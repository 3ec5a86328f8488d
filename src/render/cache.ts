import type {CachePruneResult, CacheVerifyResult} from '../operations/cache.ts'
import {count, lines} from './common.ts'

export function renderCacheVerify({checked, removed, listings, lint, facts}: CacheVerifyResult): string {
  const bad = removed.length + listings.removed + lint.removed + facts.removed
  return lines(
    removed.map((sha256) => `removed sha256:${sha256}: other bytes`),
    listings.removed === 0 ? [] : `removed ${count(listings.removed, 'damaged listing')}`,
    lint.removed === 0 ? [] : `removed ${count(lint.removed, 'damaged file')} of what lint found`,
    facts.removed === 0 ? [] : `removed damaged facts of ${count(facts.removed, 'file')}`,
    `${count(checked, 'file')} and ${count(listings.checked, 'listing')}${factsText(facts.checked)} checked, ${bad} bad`,
  )
}

export function renderCachePrune({removed, bytes, listings, lint, facts}: CachePruneResult): string {
  const megabytes = ((bytes + listings.bytes + lint.bytes + facts.bytes) / 1024 / 1024).toFixed(1)
  return lines(
    `removed ${count(removed + lint.removed, 'file')} and ${count(listings.removed, 'listing')}${factsText(facts.removed)}, ${megabytes} MB`,
  )
}

/** Facts are kept beside files, which most people never see. */
function factsText(files: number): string {
  return files === 0 ? '' : ` and facts of ${count(files, 'file')}`
}
