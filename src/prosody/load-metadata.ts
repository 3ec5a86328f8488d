import {utf8} from '../lua/fold.ts'

/** What of a Prosody its plugin loader depends on; registry/prosody/<line>.json has all three. */
export interface LoaderTarget {
  /** Version of Lua: `5.4`. */
  readonly lua: string
  readonly features: ReadonlySet<string>
  /** Keys of metadata that this line acts on; `lua` came with 13.0. */
  readonly metadataKeys: readonly string[]
}

/** What in its metadata keeps a file from being loaded. */
export interface Refusal {
  /** lua: made for other versions; conflicts: with features that there are; requires: features that there are not. */
  readonly reason: 'lua' | 'conflicts' | 'requires'
  /** Of `lua`: all versions that the file names; else the features in question, each once. */
  readonly values: readonly string[]
}

/**
 * Reads the `--% key: value` lines of a file as the load filter of core/modulemanager.lua does: anywhere in the text,
 * in comments and strings too, from the first column. A line counts only when it ends with a newline and no lone
 * carriage return stands before that; the last of a key counts.
 */
export function metadataIn(contents: Buffer): ReadonlyMap<string, string> {
  return contents.includes('--%') ? metadataOf(contents.toString('latin1')) : new Map()
}

/** Reads the metadata of a file whose bytes are given as latin1. */
export function metadataOf(source: string): ReadonlyMap<string, string> {
  return new Map(metadataLines(source).map(({key, value}) => [key, value]))
}

/** A line of metadata in a file, and where it stands. */
export interface MetadataLine {
  readonly key: string
  readonly value: string
  /** Offset of its first byte, and of what follows its last one that is not blank. */
  readonly start: number
  readonly end: number
}

/** Reads each line of metadata by itself, from bytes as latin1. */
export function metadataLines(source: string): MetadataLine[] {
  const found: MetadataLine[] = []
  if (!source.includes('--%')) return found
  for (let start = 0, end = source.indexOf('\n'); end !== -1; end = source.indexOf('\n', start)) {
    const line = source.slice(start, source.charAt(end - 1) === '\r' && end > start ? end - 1 : end)
    const lone = line.lastIndexOf('\r') + 1
    const [, key, value] = /^--% *([A-Za-z0-9_]+): *(.+)$/s.exec(line.slice(lone)) ?? []
    if (key !== undefined && value !== undefined) {
      const at = start + lone
      const length = line.length - lone - (value.length - withoutTrailingSpace(value).length)
      found.push({key, value: utf8(withoutTrailingSpace(value)), start: at, end: at + length})
    }
    start = end + 1
  }
  return found
}

/**
 * Finds the first reason for which Prosody skips a file and searches on, in its own order; undefined where it has none.
 */
export function refusalOf(
  metadata: ReadonlyMap<string, string>,
  {lua, features, metadataKeys}: LoaderTarget,
): Refusal | undefined {
  const values = (key: Refusal['reason']): string[] | undefined => {
    const value = metadataKeys.includes(key) ? metadata.get(key) : undefined
    return value === undefined ? undefined : listOf(value)
  }
  const versions = values('lua')
  // A list without a version in it names none that would do.
  if (versions?.includes(lua) === false) return {reason: 'lua', values: versions}
  const conflicting = values('conflicts')?.filter((feature) => features.has(feature)) ?? []
  if (conflicting.length > 0) return {reason: 'conflicts', values: conflicting}
  const missing = values('requires')?.filter((feature) => !features.has(feature)) ?? []
  return missing.length > 0 ? {reason: 'requires', values: missing} : undefined
}

function listOf(value: string): string[] {
  return [...new Set(value.split(/[, ]/).filter((part) => part !== ''))]
}

/** Lua's `%s` in the C locale; JavaScript's white space has more in it. */
function withoutTrailingSpace(text: string): string {
  let end = text.length
  while (end > 0 && /[\t-\r ]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
