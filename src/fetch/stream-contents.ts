import {basename} from 'node:path/posix'
import {Readable} from 'node:stream'
import type {Sha256} from '../digest.ts'
import type {HttpAnswer} from '../net/http.ts'
import type {Patience} from '../net/patience.ts'
import {redactUrl} from '../net/redact-url.ts'
import {TransferError} from '../net/transfer-error.ts'
import type {OnProgress} from '../progress.ts'
import type {ArchiveLocation, ReleaseContents, ReleaseFile} from '../sources/types.ts'
import {archiveLimit, type Downloads} from './download.ts'
import {lazyWriter, type BlobWriter, type Store} from '../store/store.ts'
import {unpack} from './unpack/index.ts'
import type {FileSink} from './unpack/types.ts'

/** What reading an archive as it comes needs. */
export interface StreamOptions {
  readonly downloads: Downloads
  /** Told of each file that was brought into the store on the way. */
  readonly onServed: (sha256: Sha256) => void
  readonly patience: Patience
}

/** Reads an archive as it comes: its files are kept, in the store, and it is not. */
export async function contentsOfStream(
  {label, url, format, root, large, commit}: ArchiveLocation,
  {downloads, patience, onServed}: StreamOptions,
): Promise<ReleaseContents> {
  if (format === undefined) throw new TransferError('it is a single file, not an archive')
  const {store, signal, onProgress} = downloads
  onProgress({type: 'request', label, url: redactUrl(url)})
  const answer = await downloads.http().get({url, patience, signal, maxBytes: archiveLimit})
  if (large === true) onProgress({type: 'large-download', url: answer.url, bytes: answer.length})
  const watched = watch(answer, large === true ? onProgress : () => undefined)
  const files = new Map<string, ReleaseFile>()
  let seen: string | undefined
  const open = new Set<BlobWriter>()
  try {
    const {links, barred} = await unpack({
      input: Readable.from(watched.body),
      format,
      label,
      root,
      strip: 1,
      signal,
      commit,
      onCommit: (is) => (seen = is),
      onFile: ({path}) => keepingSink(store, open, (file) => files.set(path, file)),
    })
    for (const {sha256} of files.values()) onServed(sha256)
    watched.done(files.size)
    return {
      files,
      links,
      barred,
      ...(root === '' ? {} : {rootName: basename(root)}),
      ...(seen === undefined ? {} : {commit: seen}),
    }
  } finally {
    answer.discard()
    for (const writer of open) writer.abort()
  }
}

/** Milliseconds between two tellings of how much has come. */
const interval = 200

interface Watched {
  readonly body: AsyncIterable<Buffer>
  readonly done: (files: number) => void
}

/** Tells of a body how much of it has come. */
function watch({body, length}: HttpAnswer, onProgress: OnProgress): Watched {
  let [bytes, told] = [0, Date.now()]
  async function* counted(): AsyncGenerator<Buffer, void> {
    for await (const chunk of body) {
      bytes += chunk.length
      if (Date.now() - told >= interval) {
        told = Date.now()
        onProgress({type: 'received', bytes, total: length})
      }
      yield chunk
    }
  }
  return {body: counted(), done: (files) => onProgress({type: 'archive-read', files, bytes})}
}

function keepingSink(store: Store, open: Set<BlobWriter>, done: (file: ReleaseFile) => void): FileSink {
  const get = lazyWriter(store, open)
  return {
    write(chunk) {
      get().write(chunk)
    },
    async end() {
      const blob = get()
      const sha256 = await blob.commit()
      open.delete(blob)
      done({sha256, size: blob.size})
    },
  }
}
