import {lstat, mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openHttp} from '../../src/net/http.ts'
import {embeddedRegistry} from '../../src/registry/registry.ts'
import {aptMirrors} from '../../src/sources/debian/mirrors.ts'
import type {DebReference} from '../../src/sources/debian/declared.ts'
import {encodePath} from '../../src/sources/url-path.ts'
import {fileDigest} from './digest.ts'
import {mustRun} from './program.ts'

/** A real package of Debian that the registry knows by its digest. */
export interface KnownDeb {
  readonly deb: DebReference
  readonly bytes: Buffer
  /** `/pool/…`, as it is asked for. */
  readonly target: string
  /** The bytes of one file in it, by its path below `usr/lib/prosody/modules`. */
  file(path: string): Promise<Buffer>
}

/** The package that the registry has for a community release; downloaded from the machine's mirror once. */
export async function knownDeb(version: string): Promise<KnownDeb> {
  const release = embeddedRegistry()
    .releases('community')
    .releases.find((candidate) => candidate.version === version)
  const deb = release?.deb
  if (deb === undefined) throw new Error(`the registry has no package for community ${version}`)
  const path = await cachedDeb(deb)
  return {
    deb,
    bytes: await readFile(path),
    target: `/${encodePath(deb.path)}`,
    async file(inside) {
      const script = 'dpkg-deb --fsys-tarfile "$1" | tar -xO "./$2" | base64'
      const text = await mustRun(['sh', '-ec', script, 'sh', path, `${deb.root}/${inside}`])
      return Buffer.from(text, 'base64')
    },
  }
}

/** Where a package lies on this machine; downloaded from its mirror once. */
export async function cachedDeb(deb: DebReference): Promise<string> {
  const folder = process.env['PROSODY_MODS_TEST_CACHE'] ?? join(tmpdir(), 'prosody-mods-test-debs')
  await mkdir(folder, {recursive: true, mode: 0o700})
  if ((await lstat(folder)).uid !== process.getuid?.())
    throw new Error(`${folder} belongs to another user; set PROSODY_MODS_TEST_CACHE`)
  const path = join(folder, `${deb.sha256}.deb`)
  if ((await fileDigest(path).catch(() => '')) === deb.sha256) return path
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, await downloaded(deb))
  if ((await fileDigest(temporary)) !== deb.sha256) throw new Error(`the mirror gave another ${deb.path}`)
  await rename(temporary, path)
  return path
}

async function downloaded(deb: DebReference): Promise<Buffer> {
  const {urls, reason} = await aptMirrors()
  if (urls.length === 0) throw new Error(reason)
  const failures: unknown[] = []
  for (const mirror of urls) {
    try {
      return await fetchBytes(`${mirror}/${encodePath(deb.path)}`)
    } catch (error) {
      failures.push(error)
    }
  }
  throw new AggregateError(failures, `no mirror gave ${deb.path}: ${failures.join('; ')}`)
}

/** By the proxies and certificates of this process's environment. Rejects with the server's status. */
export async function fetchBytes(url: string): Promise<Buffer> {
  const http = openHttp(process.env)
  try {
    const signal = AbortSignal.timeout(60_000)
    const {body} = await http.get({url, patience: 'patient', signal, maxBytes: 16 * 1024 * 1024})
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk)
    return Buffer.concat(chunks)
  } finally {
    await http.close()
  }
}
