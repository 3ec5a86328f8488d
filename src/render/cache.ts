import type {CachePruneResult, CacheVerifyResult} from '../operations/cache.ts'
import {count, lines} from './common.ts'

export function renderCacheVerify({checked, removed}: CacheVerifyResult): string {
  return lines(
    removed.map((sha256) => `removed sha256:${sha256}: other bytes`),
    `${count(checked, 'file')} checked, ${removed.length} bad`,
  )
}

export function renderCachePrune({removed, bytes}: CachePruneResult): string {
  return lines(`removed ${count(removed, 'file')}, ${(bytes / 1024 / 1024).toFixed(1)} MB`)
}
