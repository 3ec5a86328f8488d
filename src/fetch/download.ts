import {shortDigest, toDigest, type Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import type {OnProgress} from '../progress.ts'
import type {Http, HttpAnswer} from '../net/http.ts'
import type {Patience} from '../net/patience.ts'
import {redactUrl} from '../net/redact-url.ts'
import type {Turns} from '../limit.ts'
import type {BlobWriter, Store} from '../store/store.ts'
import {TransferError} from '../net/transfer-error.ts'
import type {Want} from './types.ts'

/** What the downloads of one session share. */
export interface Downloads {
  readonly store: Store
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  /** Of transfers: what has come is made durable while others are on their way. */
  readonly turns: Turns
  http(): Http
}

/** What a download is to give, and how long it is waited for. */
export interface Expected {
  /** What messages call it. */
  readonly name: string
  readonly label: string
  readonly url: string
  readonly sha256: Sha256 | undefined
  /** How many bytes it has, where that is known. */
  readonly size: number | undefined
  /** Bound on the body where nobody knows its size: `fileLimit` or `archiveLimit`. */
  readonly limit: number
  readonly patience: Patience
  /** Whether the server may gzip it on its way: Lua then takes a quarter of the bytes. */
  readonly gzip?: boolean
  /** Whether nobody waits for it any more, since something else has failed; looked at when it is its turn. */
  readonly isOver?: () => boolean
}

const mebibyte = 1024 * 1024
/** How many bytes a file may have whose size nobody knows. */
export const fileLimit = 16 * mebibyte
/** How many bytes an archive may have whose size nobody knows. */
export const archiveLimit = 512 * mebibyte
/** An answer may be this much longer than the wanted file and is still hashed, so that its digest can be shown. */
const slack = mebibyte

/** Downloads one file under its own URL into the store. */
export async function fetchRawFile(
  request: Pick<Expected, 'url' | 'patience' | 'isOver'> & {readonly want: Want},
  downloads: Downloads,
): Promise<void> {
  const {want, ...asked} = request
  try {
    const {name, sha256, size} = want
    const expected = {...asked, name, label: asked.url, sha256, size, limit: fileLimit, gzip: true}
    await download(expected, downloads)
  } catch (error) {
    if (want.knownVariant && error instanceof DigestMismatch) {
      throw new TransferError(
        `it has another variant of this file, ${shortDigest(error.got, 19)}; the wanted digest was seen in Debian's package`,
      )
    }
    throw error
  }
}

/** Streams a URL into the store; gives the digest. Nothing stays in the store unless the digest is right. */
export async function download(expected: Expected, downloads: Downloads): Promise<Sha256> {
  const writer = await downloads.turns.during(() => transfer(expected, downloads))
  try {
    return await writer.commit()
  } catch (error) {
    writer.abort()
    throw error
  }
}

/** Gives what came of a URL, with the right digest. */
async function transfer(expected: Expected, downloads: Downloads): Promise<BlobWriter> {
  const {url, label} = expected
  downloads.signal.throwIfAborted()
  if (expected.isOver?.() === true) throw new Error(`${label} is wanted no more`)
  downloads.onProgress({
    type: 'request',
    label,
    // Most who listen show no URL.
    get url() {
      return redactUrl(url)
    },
  })
  const answer = await downloads.http().get({
    url,
    patience: expected.patience,
    signal: downloads.signal,
    maxBytes: expected.size === undefined ? expected.limit : expected.size + slack,
    gzip: expected.gzip === true,
  })
  try {
    return await receive(answer, expected, downloads)
  } finally {
    answer.discard()
  }
}

async function receive(answer: HttpAnswer, expected: Expected, downloads: Downloads): Promise<BlobWriter> {
  const writer = downloads.store.writer({isReadNext: true})
  try {
    let head = ''
    for await (const chunk of answer.body) {
      if (head === '') head = chunk.subarray(0, 256).toString('latin1')
      writer.write(chunk)
      downloads.onProgress({type: 'piece', bytes: chunk.length})
    }
    if (!answer.delimited && expected.size !== undefined && writer.size < expected.size) {
      throw new TransferError(`the answer ended after ${writer.size} of ${expected.size} bytes`, {
        retryable: true,
      })
    }
    checkDigest(writer.digest(), {
      name: expected.name,
      sha256: expected.sha256,
      get url() {
        return answer.url
      },
      head,
      delimited: answer.delimited,
    })
    return writer
  } catch (error) {
    writer.abort()
    throw error
  }
}

interface Checked {
  readonly name: string
  readonly url: string
  readonly sha256: Sha256 | undefined
  /** The first bytes, to recognise a web page. */
  readonly head?: string
  /** False where a cut-off answer looks like a whole one. */
  readonly delimited?: boolean
}

/** Throws DIGEST_MISMATCH where the digest of what came is not the expected one. */
export function checkDigest(got: Sha256, expected: Checked): void {
  const {sha256} = expected
  if (sha256 !== undefined && got !== sha256) throw new DigestMismatch(got, {...expected, sha256})
}

class DigestMismatch extends ProsodyModsError {
  readonly got: Sha256

  constructor(got: Sha256, expected: Checked & {readonly sha256: Sha256}) {
    const {name, url, sha256} = expected
    super(
      'DIGEST_MISMATCH',
      `${name}: digest mismatch\n  expected ${toDigest(sha256)}\n  got      ${toDigest(got)}\n  from     ${url}`,
      {
        hint: `nothing was written; ${likelyReason(expected)}`,
        details: {expected: sha256, got, location: url},
      },
    )
    this.got = got
  }
}

function likelyReason({head = '', delimited = true}: Checked): string {
  if (/^\s*<(?:!doctype html|html)/i.test(head)) {
    return 'the answer is an HTML page: a proxy, a captive portal or an error page stands in between'
  }
  if (!delimited)
    return 'the server does not say how long its answer is, so it may have been cut off: try again'
  return 'the bytes at that location are not the ones that the registry, the lockfile or you have named'
}
