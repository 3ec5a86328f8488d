import {createReadStream} from 'node:fs'
import {basename} from 'node:path'
import {Hasher, type Sha256} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {hashSink} from '../../src/fetch/unpack/hash-sink.ts'
import {unpack} from '../../src/fetch/unpack/index.ts'
import {linkError} from '../../src/resolve/left-out.ts'
import type {RegistryDeb} from '../../src/registry/types.ts'
import type {IncomingFile, IncomingRelease} from './releases.ts'

/** Where Debian's prosody-modules has its modules. */
export const modulesRoot = 'usr/lib/prosody/modules'

export interface DebRequest {
  readonly file: string
  /** Folder in the package that holds the modules. */
  readonly root: string
  /** Folder in a mirror's pool; by default the one of a source package in main with the same name. */
  readonly pool?: string
}

/**
 * Reads a Debian package of a repository snapshot. Name, version, revision and date come from the file
 * name: `<package>_0.0~hg<YYYYMMDD>.<12 hex>+dfsg-1_all.deb`. A digest from here rests on Debian alone,
 * unless the table already knows it from upstream.
 */
export async function readDeb({file, root, pool}: DebRequest): Promise<IncomingRelease> {
  const name = parseName(file)
  const {sha256, size} = await hashFile(file)
  const files = new Map<string, IncomingFile>()
  const {links, barred} = await unpack({
    input: createReadStream(file),
    format: 'deb',
    label: file,
    root,
    strip: 0,
    onFile: ({path}) => hashSink((digest) => files.set(path, {...digest, basis: 'debian'})),
  })
  for (const [path, one] of barred) if (one.why !== 'special') throw linkError(path, one)
  if (files.size === 0) {
    throw new ProsodyModsError('USAGE', `${file}: no file lies under ${root}`, {
      hint: 'name the folder with --root',
    })
  }
  const path = `${pool ?? poolFolder(name.package)}/${basename(file)}`
  const deb: RegistryDeb = {package: name.package, version: name.version, path, sha256, size, root}
  return {
    version: name.date,
    revision: name.revision,
    date: name.date,
    deb,
    links: Object.fromEntries(links),
    files: Object.fromEntries(files),
  }
}

interface DebName {
  readonly package: string
  readonly version: string
  readonly revision: string
  /** YYYY-MM-DD */
  readonly date: string
}

function parseName(file: string): DebName {
  // Debian policy 5.6.1 for the name; the file name of a package leaves the version's epoch out.
  const [, name, version] = /^([a-z0-9][a-z0-9+.-]+)_([^_]+)_[a-z0-9-]+\.deb$/.exec(basename(file)) ?? []
  const [, year, month, day, revision] =
    /~hg(\d{4})(\d{2})(\d{2})\.([0-9a-f]{12})(?![0-9a-f])/.exec(version ?? '') ?? []
  if (!name || !version || !year || !month || !day || !revision) {
    throw new ProsodyModsError(
      'USAGE',
      `${basename(file)}: the file name does not say which snapshot this is\n` +
        '  expected <package>_<…>~hg<YYYYMMDD>.<12 hex digits><…>_<architecture>.deb',
      {hint: "keep the name that Debian's pool gives the file"},
    )
  }
  return {package: name, version, revision, date: `${year}-${month}-${day}`}
}

/** Debian's pool files a source package under its first letter, `lib…` under its first four. */
function poolFolder(name: string): string {
  return `pool/main/${name.startsWith('lib') ? name.slice(0, 4) : name.slice(0, 1)}/${name}`
}

export async function hashFile(file: string): Promise<{sha256: Sha256; size: number}> {
  const hasher = new Hasher()
  let size = 0
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hasher.update(chunk)
    size += chunk.length
  }
  return {sha256: hasher.sha256(), size}
}
