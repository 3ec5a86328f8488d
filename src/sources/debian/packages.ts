import {dirname} from 'node:path/posix'
import {isSha256, sha256Of, toDigest} from '../../digest.ts'
import {gunzip} from '../../compression/gunzip.ts'
import {unxz} from '../../compression/unxz.ts'
import {unzstd} from '../../compression/unzstd.ts'
import {ProsodyModsError} from '../../errors.ts'
import {redactUrl} from '../../net/redact-url.ts'
import {garbled, type Question} from '../../net/upstream.ts'
import {encodePath} from '../url-path.ts'
import type {AskingContext} from '../types.ts'
import type {DebianIndex, DebReference} from './declared.ts'
import {parseStanza, stanzasOf} from './deb822.ts'
import type {IndexFile, Release} from './release.ts'

/** Debian's largest has 10 MB. */
const maxBytes = 64 * 1024 * 1024

const unpackers = {
  '.xz': unxz,
  '.gz': gunzip,
  '.zst': unzstd,
  '': (source: AsyncIterable<Buffer>) => source,
} satisfies Record<string, (source: AsyncIterable<Buffer>, label: string) => AsyncIterable<Buffer>>

/**
 * Lists the versions of a package in one suite, by its Packages file. Throws INDEX_MISMATCH for bytes that are not
 * those that the archive's owner signed, UPSTREAM_GARBLED, ARCHIVE_CORRUPT and what asking throws.
 */
export async function packagesOf(
  release: Release,
  index: DebianIndex,
  context: AskingContext,
): Promise<readonly DebReference[]> {
  const {file, ending, unpacked} = listedFile(release, index)
  const {bytes, question} = await fetched(file, release, context)
  async function* chunks(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(bytes)
  }
  const found: DebReference[] = []
  // Most of the tens of thousands are passed over by their first line.
  const mine = new RegExp(`^Package:[ \\t]*${index.package.replaceAll(/[.+]/g, '\\$&')}[ \\t]*$`, 'm')
  let unusable: string | undefined
  try {
    for await (const text of stanzasOf(unpackers[ending](chunks(), redactUrl(question.url)), unpacked)) {
      if (!mine.test(text)) continue
      const deb = debOf(text, index)
      if (deb === undefined) unusable = text
      else found.push(deb)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw garbled(question, 'a list of packages', Buffer.from(error.message))
  }
  // The archive's owner may have others of it that are as they should be.
  if (found.length > 0 || unusable === undefined) return found
  const expected = `Version, Filename, Size and SHA256 of ${index.package}`
  throw garbled(question, expected, Buffer.from(unusable.replaceAll('\n', '; ').slice(0, 200)))
}

interface Listed {
  readonly file: IndexFile
  readonly ending: keyof typeof unpackers
  /** Bytes of the unpacked file, where the archive's owner has signed them. */
  readonly unpacked: number | undefined
}

function listedFile({files, base}: Release, {suite, component, architecture}: DebianIndex): Listed {
  const path = suite.endsWith('/') ? 'Packages' : `${component}/binary-${architecture}/Packages`
  for (const ending of Object.keys(unpackers) as (keyof typeof unpackers)[]) {
    // In a folder of its own an archive may write ./ before its names.
    const file = files.get(path + ending) ?? files.get(`./${path}${ending}`)
    if (file !== undefined) return {file, ending, unpacked: (files.get(path) ?? files.get(`./${path}`))?.size}
  }
  throw new ProsodyModsError('SOURCE_UNKNOWN', `suite ${suite} has no ${path} at ${redactUrl(base)}`, {
    hint: 'correct "component" or "architecture" of the source',
    details: {suite, path},
  })
}

async function fetched(
  {path, sha256, size}: IndexFile,
  {base, byHash}: Release,
  {upstream}: AskingContext,
): Promise<{readonly bytes: Buffer; readonly question: Question}> {
  const plain = encodePath(path.replace(/^\.\//, ''))
  const folder = dirname(plain) === '.' ? '' : `${dirname(plain)}/`
  const names = byHash ? [`${folder}by-hash/SHA256/${sha256}`, plain] : [plain]
  const isListed = (bytes: Buffer): boolean => sha256Of(bytes) === sha256
  const questions = names.map((name) => ({
    url: base + name,
    about: `the packages of ${base}`,
    maxBytes,
    sound: isListed,
  }))
  for (const question of questions) {
    const bytes = await upstream.ask(question)
    if (bytes === undefined) continue
    const got = sha256Of(bytes)
    if (got === sha256 && bytes.length === size) return {bytes, question}
    throw mismatch(question, {sha256, size}, {sha256: got, size: bytes.length})
  }
  const [question] = questions
  if (question === undefined) throw new Error('an index has a name')
  throw garbled(question, `${path}, which the archive's owner lists`, Buffer.from('HTTP 404'))
}

function mismatch(
  {url}: Question,
  expected: Pick<IndexFile, 'sha256' | 'size'>,
  got: Pick<IndexFile, 'sha256' | 'size'>,
): ProsodyModsError {
  return new ProsodyModsError(
    'INDEX_MISMATCH',
    `${redactUrl(url)}: not the index that the archive's owner signed\n  expected ${toDigest(expected.sha256)} (${expected.size} bytes)\n  got      ${toDigest(got.sha256)} (${got.size} bytes)`,
    {
      hint: 'somebody has changed the file, or the mirror was just being renewed: try again, or take another mirror',
      details: {url: redactUrl(url), expected: expected.sha256, got: got.sha256},
    },
  )
}

/** Undefined for a stanza that says too little, or nothing that could be believed. */
function debOf(text: string, index: DebianIndex): DebReference | undefined {
  const fields = parseStanza(text)
  const version = fields?.get('version') ?? ''
  const path = (fields?.get('filename') ?? '').replace(/^\.\//, '')
  const sha256 = fields?.get('sha256')?.toLowerCase()
  const size = Number(fields?.get('size'))
  const isWhole =
    /^[0-9A-Za-z.+~:-]+$/.test(version) &&
    /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[A-Za-z0-9+.~_:/%-]+\.deb$/.test(path) &&
    Number.isSafeInteger(size) &&
    size > 0
  if (!isWhole || sha256 === undefined || !isSha256(sha256)) return undefined
  const {archive, root} = index
  return {
    package: index.package,
    version,
    path,
    sha256,
    size,
    root,
    ...(archive === undefined ? {} : {archive}),
  }
}
