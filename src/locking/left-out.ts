import {splitKey, type ModuleKey} from '../module-key.ts'
import type {LeftOutReason} from '../resolve/left-out.ts'
import {ownValue} from '../own-value.ts'
import type {LockResult} from './lock-module.ts'

/** A file of a release that was read and that no module has; the shape is part of --json (docs/reference/json.md). */
export interface LeftOutFile {
  readonly source: string
  /** The path in the release; a folder ends in a slash. */
  readonly path: string
  readonly reason: LeftOutReason
}

/** A place that names files by something computed: whether they lie beside the module nobody knows. */
export interface ComputedName {
  /** source/name */
  readonly module: ModuleKey
  /** The path below the source's folder. */
  readonly file: string
  readonly line: number
  readonly text: string
}

/** What lies around modules and was left out, as far as it is known. */
export interface Omissions {
  readonly leftOut: readonly LeftOutFile[]
  readonly computed: readonly ComputedName[]
}

/**
 * Lists what the modules leave out, each file once, whichever modules it lies beside; what one of them has is not left
 * out.
 */
export function omissionsOf(resolved: readonly LockResult[]): Omissions {
  const taken = new Set<string>()
  const found = new Map<string, LeftOutFile>()
  for (const {key, locked} of resolved) {
    const [source] = splitKey(key)
    for (const path of Object.keys(locked.files))
      taken.add(`${source}/${ownValue(locked.from ?? {}, path) ?? path}`)
  }
  for (const {key, leftOut} of resolved) {
    const [source] = splitKey(key)
    for (const {path, reason} of leftOut) found.set(`${source}/${path}`, {source, path, reason})
  }
  return {
    leftOut: [...found].flatMap(([path, one]) => (taken.has(path) ? [] : [one])),
    computed: resolved.flatMap(({key, computed}) => computed.map((one) => ({module: key, ...one}))),
  }
}
