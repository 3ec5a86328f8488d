import {archiveError, corrupt} from '../../compression/failures.ts'

/** What extended headers say of the next entry's names, unjudged; bytes that are not UTF-8 become U+FFFD. */
export interface Announced {
  readonly path?: string
  readonly linkpath?: string
}

interface PaxContext {
  readonly label: string
  /** That it has to be of, where it says so. */
  readonly commit?: string | undefined
  /** Told of which it is. */
  readonly onCommit?: ((commit: string) => void) | undefined
}

/**
 * Reads the body of a pax header (POSIX.1-2017, pax, "pax Extended Header"), because tar's parser drops what it cannot
 * read and takes the next best name: records of a wrong length, bytes that are not UTF-8, whatever follows a NUL. It
 * also splits at newlines, so that a record may hide in another one's value.
 * @param isGlobal for a header that speaks of all entries: it may not give names or sizes
 * @throws ARCHIVE_CORRUPT, ARCHIVE_UNSUPPORTED, ARCHIVE_SPECIAL_FILE, ARCHIVE_OTHER_COMMIT
 */
export function readPax(body: Buffer, isGlobal: boolean, {label, commit, onCommit}: PaxContext): Announced {
  const records = paxRecords(body, label).map((record) => splitRecord(record, label))
  let announced: Announced = {}
  for (const {key, value} of records) {
    if (isGlobal && ['path', 'linkpath', 'size'].includes(key)) {
      throw corrupt(label, 'pax', {
        expected: 'a global header without names and sizes',
        got: JSON.stringify(key),
      })
    }
    if (isGlobal && key === 'comment') {
      checkCommit(value.toString('latin1'), commit, label)
      if (isCommit(value.toString('latin1'))) onCommit?.(value.toString('latin1'))
    }
    if (key === 'path' || key === 'linkpath') announced = {...announced, [key]: value.toString('utf8')}
    if (key === 'size' && !/^\d{1,15}$/.test(value.toString('latin1'))) throw corruptRecord(label, value)
  }
  return announced
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text)
}

/** git-archive(1): the ID of an archived commit is "stored in a global extended pax header". */
function checkCommit(got: string, expected: string | undefined, label: string): void {
  if (expected === undefined || !isCommit(got) || got.startsWith(expected)) return
  throw archiveError('ARCHIVE_OTHER_COMMIT', label, {expected: `commit ${expected}`, got: `commit ${got}`})
}

/** Reads the body of GNU tar's `L` and `K` headers: a name and a NUL. */
export function readLongName(body: Buffer): string {
  return body.toString('utf8').replace(/\0$/, '')
}

function splitRecord(record: Buffer, label: string): {key: string; value: Buffer} {
  const end = record.indexOf('=')
  if (end < 1) throw corruptRecord(label, record)
  const key = record.toString('latin1', 0, end)
  if (record.includes('\n')) {
    const refusal = {expected: 'pax: values of one line', got: `${JSON.stringify(key)} with a newline`}
    throw archiveError('ARCHIVE_UNSUPPORTED', label, refusal)
  }
  if (key.startsWith('GNU.sparse.')) {
    const refusal = {expected: 'pax: files without holes', got: 'a sparse file'}
    throw archiveError('ARCHIVE_SPECIAL_FILE', label, refusal)
  }
  return {key, value: record.subarray(end + 1)}
}

/** The records of a pax header, each `LENGTH KEY=VALUE\n` where LENGTH counts all of it; without length and newline. */
function paxRecords(body: Buffer, label: string): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at < body.length;) {
    const [start, digits = ''] = /^([1-9]\d{0,6}) /.exec(body.toString('latin1', at, at + 8)) ?? ['']
    const end = at + Number(digits)
    if (end <= at + start.length || end > body.length || body[end - 1] !== 0x0a) {
      throw corruptRecord(label, body.subarray(at))
    }
    records.push(body.subarray(at + start.length, end - 1))
    at = end
  }
  return records
}

function corruptRecord(label: string, record: Buffer): Error {
  const got = JSON.stringify(record.toString('latin1', 0, 40))
  return corrupt(label, 'pax', {expected: 'records "LENGTH KEY=VALUE"', got})
}
