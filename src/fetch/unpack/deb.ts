import {ArReader, type Member} from './ar.ts'
import {archiveError, corrupt, quoted} from '../../compression/failures.ts'
import {gunzip} from '../../compression/gunzip.ts'
import {unxz} from '../../compression/unxz.ts'
import {unzstd} from '../../compression/unzstd.ts'

const versionMember = 'debian-binary'
const version = '2.0\n'

const unpackers = {
  'data.tar': plain,
  'data.tar.gz': gunzip,
  'data.tar.xz': unxz,
  'data.tar.zst': unzstd,
} satisfies Record<string, (source: AsyncIterable<Buffer>, label: string) => AsyncGenerator<Buffer>>

type DataMember = Member & {readonly name: keyof typeof unpackers}

/**
 * Yields the tar stream that a .deb holds (deb(5)); its control member is skipped unread, and the file is read to its
 * end.
 * @throws ARCHIVE_CORRUPT for what is no .deb, is cut off or followed by garbage
 * @throws ARCHIVE_UNSUPPORTED for another version of the format or another compression
 */
export async function* debData(source: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer> {
  const ar = new ArReader(source, label)
  await ar.open()
  await checkVersion(ar, label)
  await skipControl(ar, label)
  const data = await findData(ar, label)
  yield* unpackers[data.name](dataToEnd(ar, data, label), label)
}

async function checkVersion(ar: ArReader, label: string): Promise<void> {
  const member = await ar.next()
  if (member?.name !== versionMember || member.size > 64) {
    throw corrupt(label, 'deb', {expected: `${versionMember} as the first member`, got: named(member)})
  }
  const text = await ar.text(member)
  if (text === version) return
  const code = /^\d+\.\d+\n/.test(text) ? 'ARCHIVE_UNSUPPORTED' : 'ARCHIVE_CORRUPT'
  throw archiveError(code, label, {expected: `deb: format version ${quoted(version)}`, got: quoted(text)})
}

async function skipControl(ar: ArReader, label: string): Promise<void> {
  const member = await ar.next()
  if (!member || !/^control\.tar(\.\w+)?$/.test(member.name)) {
    throw corrupt(label, 'deb', {expected: 'control.tar.* as the second member', got: named(member)})
  }
  await ar.skip(member)
}

async function findData(ar: ArReader, label: string): Promise<DataMember> {
  let member = await ar.next()
  while (member && isIgnored(member)) {
    await ar.skip(member)
    member = await ar.next()
  }
  if (member && isSupported(member)) return member
  if (!member?.name.startsWith('data.tar.')) {
    throw corrupt(label, 'deb', {expected: 'data.tar.* as the third member', got: named(member)})
  }
  const expected = `deb: one of ${Object.keys(unpackers).join(', ')}`
  throw archiveError('ARCHIVE_UNSUPPORTED', label, {expected, got: named(member)})
}

/** The data member's body; when that is read, what follows it is judged. */
async function* dataToEnd(ar: ArReader, data: DataMember, label: string): AsyncGenerator<Buffer> {
  yield* ar.body(data)
  for (let member = await ar.next(); member; member = await ar.next()) {
    if (!isIgnored(member))
      throw corrupt(label, 'deb', {expected: 'the end after data.tar', got: named(member)})
    await ar.skip(member)
  }
}

/** deb(5): members whose names start with an underscore are to be ignored; debsigs appends its signatures so. */
function isIgnored(member: Member): boolean {
  return member.name.startsWith('_')
}

function isSupported(member: Member): member is DataMember {
  return Object.hasOwn(unpackers, member.name)
}

function named(member: Member | undefined): string {
  return member ? `member ${quoted(member.name)} of ${member.size} bytes` : 'the end of the file'
}

async function* plain(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* source
}
