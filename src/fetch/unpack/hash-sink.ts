import {Hasher, type Sha256} from '../../digest.ts'
import type {FileSink} from './types.ts'

/**
 * Makes a sink that keeps nothing of a file but its sha256 in hex and its size in bytes, which `done` is told at the
 * end.
 */
export function hashSink(
  done: (file: {readonly sha256: Sha256; readonly size: number}) => unknown,
): FileSink {
  const hasher = new Hasher()
  let size = 0
  return {
    write(chunk) {
      hasher.update(chunk)
      size += chunk.length
    },
    end: () => void done({sha256: hasher.sha256(), size}),
  }
}
