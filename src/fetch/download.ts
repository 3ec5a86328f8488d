import {ProsodyModsError} from '../errors.ts'
import type {OnProgress} from '../progress.ts'
import {redactUrl, type Http, type Patience} from './http.ts'
import type {BlobWriter, Store} from './store.ts'
import {TransferError} from './transfer-error.ts'
import type {Want} from './types.ts'

/** What downloads share within one session. */
export interface Downloads {
  readonly store: Store
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
  /** Host → why it is not asked again in this run. */
  readonly deadHosts: Map<string, string>
  http(): Http
  rewrite(url: string): string
}

export interface Expected {
  /** What messages call it. */
  readonly name: string
  readonly label: string
  readonly url: string
  readonly sha256: string | undefined
  /** Bytes. */
  readonly size: number | undefined
  readonly patience: Patience
}

/** Bound on a body whose size nobody knows. */
export const unknownSizeLimit = 512 * 1024 * 1024
/** An answer may be this much longer than the wanted file and is still hashed, so that its digest can be shown. */
const slack = 1024 * 1024

/** Downloads one file under its own URL into the store. */
export async function fetchRawFile(
  request: {readonly want: Want; readonly url: string; readonly patience: Patience},
  downloads: Downloads,
): Promise<void> {
  const {want, url, patience} = request
  try {
    await download(
      {name: want.name, label: url, url, sha256: want.sha256, size: want.size, patience},
      downloads,
    )
  } catch (error) {
    if (want.knownVariant && error instanceof ProsodyModsError && error.code === 'DIGEST_MISMATCH') {
      throw new TransferError(
        `it has another variant of this file, sha256:${String(error.details['got']).slice(0, 19)}…; the wanted digest was seen in Debian's package`,
      )
    }
    throw error
  }
}

/** Streams a URL into the store; gives the digest. Nothing stays in the store unless the digest is right. */
export async function download(expected: Expected, downloads: Downloads): Promise<string> {
  const url = downloads.rewrite(expected.url)
  const {host} = new URL(url)
  const dead = downloads.deadHosts.get(host)
  if (dead !== undefined) throw new TransferError(dead, {hostDead: true})
  downloads.onProgress({type: 'request', label: expected.label, url: redactUrl(url)})
  let writer: BlobWriter | undefined
  try {
    const answer = await downloads.http().get({
      url,
      patience: expected.patience,
      signal: downloads.signal,
      maxBytes: expected.size === undefined ? unknownSizeLimit : expected.size + slack,
    })
    writer = await downloads.store.writer()
    let head = ''
    for await (const chunk of answer.body) {
      if (head === '') head = chunk.subarray(0, 256).toString('latin1')
      await writer.write(chunk)
    }
    if (!answer.delimited && expected.size !== undefined && writer.size < expected.size) {
      throw new TransferError(`the answer ended after ${writer.size} of ${expected.size} bytes`, {
        retryable: true,
      })
    }
    checkDigest(writer.digest(), {...expected, url: answer.url, head})
    return await writer.commit()
  } catch (error) {
    await writer?.abort()
    if (error instanceof TransferError && error.hostDead) downloads.deadHosts.set(host, error.message)
    throw error
  }
}

/** Throws DIGEST_MISMATCH. `head`: the first bytes, to recognise a web page. */
export function checkDigest(
  got: string,
  expected: {
    readonly name: string
    readonly url: string
    readonly sha256: string | undefined
    readonly head?: string
  },
): void {
  if (expected.sha256 === undefined || got === expected.sha256) return
  const page = /^\s*<(?:!doctype html|html)/i.test(expected.head ?? '')
  throw new ProsodyModsError(
    'DIGEST_MISMATCH',
    `${expected.name}: digest mismatch\n  expected sha256:${expected.sha256}\n  got      sha256:${got}\n  from     ${expected.url}`,
    {
      hint: page
        ? 'the answer is an HTML page: a proxy, a captive portal or an error page stands in between; nothing was written'
        : 'nothing was written; the bytes at that location are not the ones that the registry or the lockfile pins',
      details: {expected: expected.sha256, got, location: expected.url},
    },
  )
}
