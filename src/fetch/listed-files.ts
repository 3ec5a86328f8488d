import {dirname, join} from 'node:path/posix'
import type {Sha256} from '../digest.ts'
import {archiveError} from '../compression/failures.ts'
import {forEachLimited} from '../limit.ts'
import type {Patience} from '../net/patience.ts'
import {TransferError} from '../net/transfer-error.ts'
import type {FilesLocation, ListedPath, ReleaseContents, ReleaseFile} from '../sources/types.ts'
import {download, fileLimit, type Downloads} from './download.ts'

const parallel = 6

/** What bringing in listed files needs. */
export interface ListedFilesOptions {
  readonly downloads: Downloads
  /** Told of each file that was brought into the store. */
  readonly onServed: (sha256: Sha256) => void
  readonly patience: Patience
}

/**
 * Brings in, one by one, files whose digests nobody knows: first use of a release whose publisher gives no archives.
 */
export async function contentsOfFiles(
  location: FilesLocation,
  listed: readonly ListedPath[],
  {downloads, onServed, patience}: ListedFilesOptions,
): Promise<ReleaseContents> {
  const files = new Map<string, ReleaseFile>()
  const links = new Map<string, string>()
  const {store, signal} = downloads
  await forEachLimited(listed, {limit: parallel, signal}, async ({path, size, isLink}) => {
    const url = location.url(path)
    const expected = {
      name: path,
      label: url,
      url,
      sha256: undefined,
      size,
      limit: fileLimit,
      patience,
      gzip: true,
    }
    const sha256 = await download(expected, downloads)
    const bytes = store.read(sha256)
    if (bytes === undefined)
      throw new TransferError('another process has removed it from the store', {retryable: true})
    if (isLink) {
      links.set(path, linkEnd(path, bytes.toString('utf8')))
      return
    }
    files.set(path, {sha256, size: bytes.length})
    onServed(sha256)
  })
  return inOrder(files, links)
}

/** They came in the order in which the network gave them. */
function inOrder(
  files: ReadonlyMap<string, ReleaseFile>,
  links: ReadonlyMap<string, string>,
): ReleaseContents {
  const sorted = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
  return {files: sorted(files), links: sorted(links)}
}

/** Throws ARCHIVE_LINK_ESCAPES for what leads out of the release. */
function linkEnd(path: string, to: string): string {
  const full = join(dirname(path), to)
  if (to === '' || to.startsWith('/') || full === '..' || full.startsWith('../')) {
    throw archiveError('ARCHIVE_LINK_ESCAPES', path, {
      expected: 'a link inside the release',
      got: JSON.stringify(to.slice(0, 80)),
    })
  }
  return full
}
