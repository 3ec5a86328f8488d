import {basename} from 'node:path/posix'
import type {
  ArchiveLocation,
  FilesLocation,
  Location,
  ReleaseContents,
  ReleaseFile,
} from '../sources/types.ts'
import {throughLinks, type ArchiveReader} from './archive.ts'
import {readFolder} from './folder.ts'
import {TransferError} from '../net/transfer-error.ts'
import {contentsOfStream, type StreamOptions} from './stream-contents.ts'
import {isWebPageAt, webPage} from './web-page.ts'
import {hashSink} from './unpack/hash-sink.ts'
import type {FileSink} from './unpack/types.ts'

/** What reading everything at a location needs. */
export interface ContentsOptions extends StreamOptions {
  readonly archives: ArchiveReader
}

/** A location whose files can be listed; those under URLs of their own can't. */
export type ListableLocation = Exclude<Location, FilesLocation>

/** Collects the digests of everything at a location: first use of a release that no registry knows. */
export async function contentsOfLocation(
  location: ListableLocation,
  options: ContentsOptions,
): Promise<ReleaseContents> {
  switch (location.type) {
    case 'folder':
      return readFolder(location)
    case 'archive':
      return contentsOfArchive(location, options)
    case 'skipped':
      throw new TransferError(location.reason)
  }
}

async function contentsOfArchive(
  location: ArchiveLocation,
  options: ContentsOptions,
): Promise<ReleaseContents> {
  if (location.strip === 1 && location.sha256 === undefined) return contentsOfStream(location, options)
  const {downloads, archives, patience} = options
  const archive = await archives.fetch(location, patience)
  const {store} = downloads
  if (location.sha256 === undefined && isWebPageAt(store.pathOf(archive))) throw webPage(location.url)
  if (location.format === undefined) {
    const bytes = store.read(archive)
    if (bytes === undefined) throw archives.lost(location)
    return {
      files: new Map([[fileNameOf(location.url), {sha256: archive, size: bytes.length}]]),
      links: new Map(),
    }
  }
  const hashed = new Map<string, ReleaseFile>()
  const onFile = (path: string): FileSink => hashSink((file) => hashed.set(path, file))
  const {links, barred} = await archives.read(location, archive, {onFile})
  const prefix = location.strip === 'single' ? await archives.topFolder(location, archive) : ''
  const strip = (path: string): string => path.slice(prefix.length)
  return {
    files: new Map([...hashed].map(([path, file]) => [strip(path), file])),
    links: new Map([...links].map(([link]) => [strip(link), strip(throughLinks(link, links))])),
    barred: new Map([...barred].map(([link, why]) => [strip(link), why])),
    ...rootName(prefix === '' ? location.root : prefix),
  }
}

/** The wrapper that an archive has around a module may be the module's own folder. */
function rootName(folder: string): Pick<ReleaseContents, 'rootName'> {
  const name = basename(folder)
  return name === '' ? {} : {rootName: name}
}

/** The last part of a URL's path; left percent-encoded where decoding would make more than a name of it. */
function fileNameOf(url: string): string {
  const last = basename(new URL(url).pathname)
  try {
    const name = decodeURIComponent(last)
    return /[\\/\0]/.test(name) ? last : name
  } catch {
    return last
  }
}
