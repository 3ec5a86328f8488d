import {Readable} from 'node:stream'

import {unpack} from '../../src/fetch/unpack/index.ts'
import type {UnpackRequest} from '../../src/fetch/unpack/types.ts'

export type Options = Partial<UnpackRequest> & Pick<UnpackRequest, 'format' | 'input'>

/** Everything that an archive gives: path → content, link → target, link that can't be had → why. */
export async function unpackAll(options: Options) {
  const files: Record<string, string> = {}
  const {links, barred} = await unpack({
    label: 'hello.archive',
    root: '',
    strip: 0,
    onFile: ({path}) => {
      const chunks: Buffer[] = []
      return {
        write: (chunk) => void chunks.push(chunk),
        end: () => void (files[path] = Buffer.concat(chunks).toString()),
      }
    },
    ...options,
  })
  return {
    files,
    links: Object.fromEntries(links),
    barred: barred.size === 0 ? undefined : Object.fromEntries(barred),
  }
}

/** Chunks of a size that, unless told, fits no layer's blocks. */
export function inPieces(data: Buffer, size = 61_003): Readable {
  const count = Math.ceil(data.length / size)
  return Readable.from(Array.from({length: count}, (_, n) => data.subarray(n * size, (n + 1) * size)))
}

/** The code of the error that the promise ends with; undefined where it has none. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof Error && 'code' in error ? error.code : error
}
