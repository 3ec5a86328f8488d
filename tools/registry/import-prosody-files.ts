import {createReadStream} from 'node:fs'
import {basename} from 'node:path'
import type {Sha256} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {hashSink} from '../../src/fetch/unpack/hash-sink.ts'
import {unpack} from '../../src/fetch/unpack/index.ts'
import type {ProsodyFile, ProsodyFiles} from '../../src/registry/types.ts'
import {hashFile} from './import-deb.ts'
import {readProsodyTable, versionIn, type Shipped} from './prosody-table.ts'

const root = 'usr/lib/prosody'

/**
 * The Lua files of Debian's packages of Prosody, added to what is known of others: read off packages, or as tables of
 * them say (docs/reference/registry.md). A version that is known from another package is refused.
 */
export async function importProsodyFiles(
  known: ProsodyFiles,
  inputs: readonly string[],
): Promise<ProsodyFiles> {
  let all = known
  for (const file of inputs) {
    const read = file.endsWith('.ndjson') ? readProsodyTable(file, all) : [await readPackage(file)]
    for (const shipped of read) all = withRelease(all, shipped)
  }
  return all
}

async function readPackage(file: string): Promise<Shipped> {
  const name = basename(file)
  const version = versionIn(name)
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
  if (before?.sha256 === release.sha256) {
    refuseOthers({releases, files}, {release, files: shipped})
    const merged = {...before, ...release}
    return {releases: releases.map((one) => (one === before ? merged : one)), files}
  }
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

/** One package holds the same files, whoever has read it. */
function refuseOthers(
  {files}: ProsodyFiles,
  {release: {version, package: name}, files: shipped}: Shipped,
): void {
  const known = new Map(
    Object.entries(files).flatMap(([path, contents]) => {
      const found = contents.find(({releases}) => releases.includes(version))
      return found === undefined ? [] : [[path, found.sha256]]
    }),
  )
  const paths = new Set([...known.keys(), ...shipped.keys()])
  const differing = [...paths].filter((path) => known.get(path) !== shipped.get(path)?.sha256)
  if (differing.length === 0) return
  throw new ProsodyModsError(
    'USAGE',
    `${name} is known with other files: ${differing.sort().slice(0, 5).join(', ')}${differing.length > 5 ? ' …' : ''}`,
    {hint: 'one of the two is wrong: give the package itself', details: {differing}},
  )
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', {numeric: true})
}
