import type {FileResult} from './finding.ts'
import {lintAlone, type FileToLint} from './index.ts'
import {OptionCache} from './options/option-cache.ts'
import type {Standard} from './options/standards.ts'

/** Files that several threads lint: each takes the next one that nobody has taken. Can be sent to a thread as it is. */
export interface Share {
  /** The bytes of all files, one behind the other. */
  readonly bytes: SharedArrayBuffer
  /**
   * The files in the order in which they are taken: the largest first, so that no thread is left with one at the end.
   */
  readonly files: readonly SharedFile[]
  /** How many files were taken, and how many of them by threads other than the main one. */
  readonly taken: Int32Array
  readonly standards: ReadonlyMap<string, Standard>
}

interface SharedFile extends Omit<FileToLint, 'bytes'> {
  /** Among the files that were given. */
  readonly index: number
  readonly start: number
  readonly end: number
}

/** What a thread found in a file, with the file's number. */
export type SharedResult = readonly [index: number, result: FileResult]

/** Puts files into memory that several threads see. */
export function shareOf(files: readonly FileToLint[], standards: ReadonlyMap<string, Standard>): Share {
  const size = files.reduce((sum, {bytes}) => sum + bytes.length, 0)
  const bytes = new SharedArrayBuffer(size)
  const all = Buffer.from(bytes)
  let start = 0
  const shared = files.map((file, index): SharedFile => {
    all.set(file.bytes, start)
    const end = start + file.bytes.length
    const one = {index, start, end, layers: file.layers, rules: file.rules}
    start = end
    return one
  })
  shared.sort((a, b) => b.end - b.start - (a.end - a.start))
  return {bytes, files: shared, taken: new Int32Array(new SharedArrayBuffer(8)), standards}
}

/** Lints until no file is left, in a thread other than the main one. */
export function lintShare(share: Share): SharedResult[] {
  const options = new OptionCache(share.standards)
  const results: SharedResult[] = []
  for (let next = takeFile(share); next !== undefined; next = takeFile(share)) {
    Atomics.add(share.taken, 1, 1)
    results.push([next.index, lintAlone(next.file, options)])
  }
  return results
}

/** Takes the next file that nobody has taken; undefined where none is left. */
export function takeFile({
  bytes,
  files,
  taken,
}: Share): {readonly index: number; readonly file: FileToLint} | undefined {
  const next = files[Atomics.add(taken, 0, 1)]
  if (next === undefined) return undefined
  const {index, start, end, layers, rules} = next
  return {index, file: {bytes: Buffer.from(bytes, start, end - start), layers, rules}}
}

/** Tells whether other threads have taken any file; they take no more once one thread has found none left. */
export function othersTook({taken}: Share): boolean {
  return Atomics.load(taken, 1) > 0
}
