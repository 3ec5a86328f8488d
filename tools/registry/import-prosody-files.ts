import {createReadStream} from 'node:fs'
import {basename} from 'node:path'
import type {Sha256} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {hashSink} from '../../src/fetch/unpack/hash-sink.ts'
import {unpack} from '../../src/fetch/unpack/index.ts'
import type {ProsodyFile, ProsodyFiles, ProsodyPackage} from '../../src/registry/types.ts'
import {hashFile} from './import-deb.ts'

const root = 'usr/lib/prosody'

/** The Lua files of one package of Prosody. */
interface Shipped {
  readonly release: ProsodyPackage
  /** Path below the root → digest and size. */
  readonly files: ReadonlyMap<string, {readonly sha256: Sha256; readonly size: number}>
}

/**
 * The Lua files of Debian's packages of Prosody, added to what is known of others. A version that is known from another
 * package is refused.
 */
export async function importProsodyFiles(
  known: ProsodyFiles,
  packages: readonly string[],
): Promise<ProsodyFiles> {
  let all = known
  for (const file of packages) all = withRelease(all, await readPackage(file))
  return all
}

async function readPackage(file: string): Promise<Shipped> {
  const name = basename(file)
  const version = /^prosody_(\d+(?:\.\d+)+)-[^_]+_[a-z0-9]+\.deb$/.exec(name)?.[1]
  if (version === undefined) {
    throw new ProsodyModsError(
      'USAGE',
      `${name}: expected a package of Prosody, prosody_<version>-<revision>_<architecture>.deb`,
      {hint: "keep the name that Debian's pool gives the file"},
    )
  }
  const files = new Map<string, {sha256: Sha256; size: number}>()
  await unpack({
    input: createReadStream(file),
    format: 'deb',
    label: file,
    root,
    strip: 0,
    onFile: ({path}) => hashSink((digest) => path.endsWith('.lua') && files.set(path, digest)),
  })
  if (files.size === 0)
    throw new ProsodyModsError('USAGE', `${name}: no Lua file lies under ${root}`, {
      hint: 'give the package prosody itself',
    })
  return {release: {version, package: name, sha256: (await hashFile(file)).sha256}, files}
}

function withRelease({releases, files}: ProsodyFiles, {release, files: shipped}: Shipped): ProsodyFiles {
  const {version} = release
  const before = releases.find((one) => one.version === version)
  if (before?.sha256 === release.sha256) return {releases, files}
  if (before !== undefined)
    throw new ProsodyModsError(
      'USAGE',
      `${version} is known from ${before.package}, not ${release.package}`,
      {
        hint: 'one package of a version is enough; take the older one out of prosody-files.json first',
      },
    )
  const merged: Record<string, ProsodyFile[]> = Object.fromEntries(
    Object.entries(files).map(([path, contents]) => [path, [...contents]]),
  )
  for (const [path, {sha256, size}] of shipped) {
    const contents = (merged[path] ??= [])
    const at = contents.findIndex((one) => one.sha256 === sha256)
    const same = contents[at]
    if (same === undefined) contents.push({sha256, size, releases: [version]})
    else contents[at] = {...same, releases: [...same.releases, version].sort(byVersion)}
  }
  return {
    releases: [...releases, release].sort((a, b) => byVersion(a.version, b.version)),
    files: Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', {numeric: true})
}
