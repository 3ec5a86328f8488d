import {stat} from 'node:fs/promises'
import {readRegular} from '../../regular-file.ts'
import {resolve} from 'node:path'
import {isSha256, type Sha256} from '../../digest.ts'
import {ProsodyModsError, messageOf, systemCode} from '../../errors.ts'
import {redactUrl} from '../../net/redact-url.ts'
import {garbled, type Question} from '../../net/upstream.ts'
import type {AskingContext} from '../types.ts'
import type {DebianIndex} from './declared.ts'
import {parseStanza, type Stanza} from './deb822.ts'
import {checkDate} from './index-date.ts'
import {isArchiveName, namedArchive} from './named-archive.ts'
import {signatureMissing, verifiedCleartext, verifyDetached, type SignedText} from './signature.ts'

/** An index file as a Release file lists it. */
export interface IndexFile {
  /** The file's path from the Release file. */
  readonly path: string
  readonly sha256: Sha256
  /** Bytes of the file. */
  readonly size: number
}

/** What the owner of an archive says of one suite, under a signature that was checked. */
export interface Release {
  /** URL of the folder that the Release file's paths start from, with a slash at the end. */
  readonly base: string
  readonly files: ReadonlyMap<string, IndexFile>
  /** Whether files can be had under their digest, too, which is safe from a mirror that is just being renewed. */
  readonly byHash: boolean
}

const releaseNames = ['InRelease', 'Release', 'Release.gpg'] as const
/** Debian's has 60 KB. */
const maxKeyring = 16 * 1024 * 1024
const maxBytes = 4 * 1024 * 1024
const expected = "the signed index of a Debian archive's suite (InRelease)"
const debianKeyrings = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
]

/**
 * Fetches the Release file of a suite (https://wiki.debian.org/DebianRepository/Format), its signature, its age and
 * its name checked. Throws SIGNATURE_*, INDEX_EXPIRED, INDEX_OTHER_SUITE, INDEX_OLDER, SOURCE_UNKNOWN,
 * UPSTREAM_GARBLED, CONFIG_INVALID and what asking throws.
 * @param archive base URL
 */
export async function releaseOf(
  archive: string,
  index: DebianIndex,
  context: AskingContext,
): Promise<Release> {
  const base = baseOf(archive, index)
  try {
    return await checkedRelease({archive, base}, index, context)
  } catch (error) {
    // What is wrong may have been changed on its way, and the archive may go on saying that it has not changed.
    for (const name of releaseNames) context.upstream.forget({url: base + name})
    throw error
  }
}

async function checkedRelease(
  {archive, base}: {readonly archive: string; readonly base: string},
  index: DebianIndex,
  context: AskingContext,
): Promise<Release> {
  const keys = await keyringOf(index, context)
  const {text, question} = await signedText(base, keys, {index, context})
  const fields = parseStanza(text)
  if (fields === undefined) throw garbled(question, expected, Buffer.from(text))
  const label = redactUrl(question.url)
  checkAge(fields, label)
  checkSuite(fields, index, label)
  const files = filesOf(fields.get('sha256') ?? '')
  if (files.size === 0) throw garbled(question, `${expected} with a list SHA256`, Buffer.from(text))
  await checkDate(fields, {archive, label, index}, context)
  return {base, files, byHash: fields.get('acquire-by-hash')?.toLowerCase() === 'yes'}
}

function baseOf(archive: string, {suite}: DebianIndex): string {
  return suite.endsWith('/') ? `${archive}/${suite.replace(/^\.\//, '')}` : `${archive}/dists/${suite}/`
}

type Keyring = Omit<SignedText, 'label'>

async function keyringOf(
  {signedBy, archive}: DebianIndex,
  {projectFolder, registry}: AskingContext,
): Promise<Keyring> {
  if (signedBy === undefined && archive !== undefined && isArchiveName(archive)) {
    const {title, keys} = namedArchive(archive, registry)
    const {fingerprints} = keys
    return {keyring: registry.archiveKeys(archive), keyringPath: `the registry for ${title}`, fingerprints}
  }
  const paths = signedBy === undefined ? debianKeyrings : [resolve(projectFolder, signedBy)]
  for (const path of paths) {
    try {
      const {size, isFile} = await kindOf(path)
      if (!isFile || size > maxKeyring) throw noKeyring(`${path} is no file of keys`, signedBy)
      return {keyring: readRegular(path, 'keyring'), keyringPath: path}
    } catch (error) {
      if (error instanceof ProsodyModsError) throw error
      if (systemCode(error) !== 'ENOENT')
        throw noKeyring(`${path} can't be read: ${messageOf(error)}`, signedBy)
    }
  }
  throw noKeyring(`there is no ${paths.join(' or ')}`, signedBy)
}

/**
 * Returns the size of what a path names and whether it is a file: a manifest may name a pipe or a device, which would
 * be read without end.
 */
async function kindOf(path: string): Promise<{readonly size: number; readonly isFile: boolean}> {
  const found = await stat(path)
  return {size: found.size, isFile: found.isFile()}
}

function noKeyring(reason: string, signedBy: string | undefined): ProsodyModsError {
  return new ProsodyModsError('CONFIG_INVALID', `the keys of the archive are missing: ${reason}`, {
    hint:
      signedBy === undefined
        ? 'install debian-archive-keyring, or name a file of public keys in "signedBy" of the source'
        : 'put the file there, or correct "signedBy" of the source',
  })
}

/** Fetches InRelease or, of archives without one, Release with Release.gpg, and checks the signature. */
async function signedText(
  base: string,
  keys: Keyring,
  {index, context}: {readonly index: DebianIndex; readonly context: AskingContext},
): Promise<{readonly text: string; readonly question: Question}> {
  const ask = async (
    name: (typeof releaseNames)[number],
  ): Promise<{question: Question; answer: Buffer | undefined}> => {
    const question = {
      url: base + name,
      about: `suite ${index.suite}`,
      maxBytes,
      sound: (answer: Buffer) => !/^\s*</.test(answer.toString('latin1', 0, 100)),
    }
    return {question, answer: await context.upstream.ask(question)}
  }
  const inline = await ask('InRelease')
  if (inline.answer !== undefined) {
    const text = inline.answer.toString('utf8')
    if (!/^(?:-----BEGIN PGP|[A-Za-z0-9-]+:)/m.test(text.slice(0, 1000)) || /^\s*</.test(text))
      throw garbled(inline.question, expected, inline.answer)
    const signed = {...keys, label: redactUrl(inline.question.url)}
    return {text: await verifiedCleartext(text, signed), question: inline.question}
  }
  const {question, answer} = await ask('Release')
  if (answer === undefined) {
    throw new ProsodyModsError('SOURCE_UNKNOWN', `there is no suite ${index.suite} at ${redactUrl(base)}`, {
      hint: 'correct "suite" or "archive" of the source',
      details: {suite: index.suite, url: redactUrl(base)},
    })
  }
  const label = redactUrl(question.url)
  const signature = await ask('Release.gpg')
  if (signature.answer === undefined) throw signatureMissing(label)
  await verifyDetached(answer, signature.answer, {...keys, label})
  return {text: answer.toString('utf8'), question}
}

function checkAge(fields: Stanza, label: string): void {
  const until = fields.get('valid-until')
  if (until === undefined) return
  const end = Date.parse(until)
  if (end >= Date.now()) return
  throw new ProsodyModsError(
    'INDEX_EXPIRED',
    `${label}: the index has expired\n  expected one that is still valid\n  got      Valid-Until: ${until}`,
    {
      hint: 'the mirror is no longer renewed, or somebody keeps an old index in front of you: take another mirror',
      details: {url: label, validUntil: until},
    },
  )
}

/** All suites of an archive are signed by the same keys: another one would be believed as well. */
function checkSuite(fields: Stanza, {suite}: DebianIndex, label: string): void {
  if (suite.endsWith('/')) return
  const names = [fields.get('codename'), fields.get('suite')].filter((name) => name !== undefined)
  if (names.length === 0 || names.includes(suite)) return
  throw new ProsodyModsError(
    'INDEX_OTHER_SUITE',
    `${label}: the index is that of another suite\n  expected ${suite}\n  got      ${names.join(', ')}`,
    {
      hint: 'the mirror is broken, or somebody gives you another suite; if the archive renamed it, correct "suite"',
      details: {url: label, expected: suite, got: names},
    },
  )
}

/** ` <sha256> <size> <path>` a line. */
function filesOf(list: string): Map<string, IndexFile> {
  const found = list.matchAll(/^[ \t]+(\S+)[ \t]+(\d+)[ \t]+(\S+)$/gm)
  return new Map(
    [...found].flatMap(([, sha256 = '', size = '', path = '']) =>
      isSha256(sha256) ? [[path, {path, sha256, size: Number(size)}]] : [],
    ),
  )
}
