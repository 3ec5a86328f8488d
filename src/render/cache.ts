import {toDigest} from '../digest.ts'
import type {CachePruneResult, CacheSizeResult, CacheVerifyResult} from '../operations/cache.ts'
import {visible} from '../plain-text.ts'
import {count, lines} from './common.ts'
import {sizeText} from '../text/size.ts'

/** Writes for people what `cache verify` found. */
export function renderCacheVerify({
  checked,
  removed,
  listings,
  lint,
  facts,
  registry,
}: CacheVerifyResult): string {
  const bad = removed.length + listings.removed + lint.removed + facts.removed
  return lines(
    removed.map((sha256) => `removed ${toDigest(sha256)}: other bytes`),
    listings.removed === 0
      ? []
      : `removed ${count(listings.removed, 'damaged answer of a publisher', 'damaged answers of publishers')}`,
    lint.removed === 0 ? [] : `removed ${count(lint.removed, 'damaged file')} of what lint found`,
    facts.removed === 0 ? [] : `removed damaged facts of ${count(facts.removed, 'file')}`,
    registry.map(({path, problem}) => `registry/${path}: ${problem}`),
    registry.length === 0
      ? []
      : 'files are read in their place, which takes longer; to mend it, reinstall prosody-mods',
    `${listed(checked + lint.checked, listings.checked, facts.checked)} checked, ${bad === 0 ? 'none' : bad} bad`,
  )
}

/** Writes for people what `cache size` counted. */
export function renderCacheSize({folder, files, bytes}: CacheSizeResult): string {
  return lines(`${count(files, 'file')}, ${sizeText(bytes)} in ${visible(folder)}`)
}

/** Writes for people what `cache prune` removed. */
export function renderCachePrune({removed, bytes, listings, lint, facts}: CachePruneResult): string {
  const pieces = removed + listings.removed + lint.removed + facts.removed
  if (pieces === 0) return lines('nothing to remove')
  const all = listed(removed + lint.removed, listings.removed, facts.removed)
  return lines(`removed ${all}, ${sizeText(bytes + listings.bytes + lint.bytes + facts.bytes)}`)
}

/** What most people never meet is named where there is any: publishers' answers, and facts of files. */
function listed(files: number, listings: number, facts: number): string {
  const parts = [
    ...(listings === 0 ? [] : [count(listings, "publisher's answer", "publishers' answers")]),
    ...(facts === 0 ? [] : [`facts of ${count(facts, 'file')}`]),
  ]
  return [[count(files, 'file'), ...parts.slice(0, -1)].join(', '), ...parts.slice(-1)].join(' and ')
}
