import {createHash} from 'node:crypto'
import type {FileSink} from './types.ts'

/**
 * Makes a sink that keeps nothing of a file but its sha256 in hex and its size in bytes, which `done` is told at the
 * end.
 */
export function hashSink(
  done: (file: {readonly sha256: string; readonly size: number}) => unknown,
): FileSink {
  const digest = createHash('sha256')
  let size = 0
  return {
    write(chunk) {
      digest.update(chunk)
      size += chunk.length
    },
    end: () => void done({sha256: digest.digest('hex'), size}),
  }
}
