import {ProsodyModsError, type ErrorCode} from '../errors.ts'

/** The codes of errors about archives. */
export type ArchiveErrorCode = Extract<ErrorCode, `ARCHIVE_${string}`>

/** The formats inside one another that an archive is made of; a message names the one that failed. */
export type Layer = 'ar' | 'deb' | 'gz' | 'pax' | 'tar' | 'xz' | 'zstd'

/** What was found in an archive in place of what was expected. */
export interface Refusal {
  /** Path of the entry as the archive gives it. */
  readonly entry?: string
  readonly expected: string
  readonly got: string
}

const unsafe = 'nothing of it was kept; an archive like this is broken or hostile: tell its publisher'
const damaged =
  'fetch it again, from another location if there is one; if it stays so, its publisher has a damaged file'
const tooBig =
  'nothing of it was kept; if the publisher says that this size is right, take another location or source'

const titles = {
  ARCHIVE_CORRUPT: ['damaged archive', damaged],
  ARCHIVE_UNSUPPORTED: ['archive feature that is not supported', 'take another location or source'],
  ARCHIVE_PATH_ABSOLUTE: ['absolute path in archive', unsafe],
  ARCHIVE_PATH_TRAVERSAL: ['path in archive climbs out', unsafe],
  ARCHIVE_PATH_INVALID: ['invalid path in archive', unsafe],
  ARCHIVE_PATH_TOO_LONG: ['path in archive is too long', unsafe],
  ARCHIVE_LINK_ESCAPES: ['link in archive leads out of its tree', unsafe],
  ARCHIVE_LINK_BROKEN: ['link in archive leads nowhere', unsafe],
  ARCHIVE_SPECIAL_FILE: ['archive holds what is no file, folder or link', unsafe],
  ARCHIVE_DUPLICATE: ['archive holds a name twice', unsafe],
  ARCHIVE_CASE_COLLISION: ['names in archive differ only in case or Unicode form', unsafe],
  ARCHIVE_TOO_MANY_ENTRIES: ['archive holds too many entries', tooBig],
  ARCHIVE_TOO_LARGE: ['archive unpacks to too much', tooBig],
  ARCHIVE_RATIO: ['archive is packed suspiciously tight', tooBig],
  ARCHIVE_OTHER_COMMIT: ['archive of another commit', unsafe],
} as const satisfies Record<ArchiveErrorCode, readonly [title: string, hint: string]>

/** Makes an integrity error about the archive that the user knows as `label`. */
export function archiveError(code: ArchiveErrorCode, label: string, refusal: Refusal): ProsodyModsError {
  const [title, hint] = titles[code]
  const entry = refusal.entry === undefined ? '' : `, entry ${quoted(refusal.entry)}`
  return new ProsodyModsError(
    code,
    `${label}${entry}: ${title}\n  expected ${refusal.expected}\n  got      ${refusal.got}`,
    {hint, details: {archive: label, ...refusal}},
  )
}

/** Makes an ARCHIVE_CORRUPT at one layer: what was expected there, and what stood there. */
export function corrupt(label: string, layer: Layer, found: Refusal): ProsodyModsError {
  return archiveError('ARCHIVE_CORRUPT', label, {...found, expected: `${layer}: ${found.expected}`})
}

/** Writes a name from an archive for a message: hostile control characters escaped, cut at 120 characters. */
export function quoted(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 117)}...` : text
  return JSON.stringify(short).replaceAll(/[\p{Cc}\p{Cf}]/gu, escaped)
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
