import {resolve} from 'node:path'
import {sha256Of} from '../../digest.ts'
import {docsPage} from '../../docs-page.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {AskingContext} from '../types.ts'
import {isArchiveName} from './named-archive.ts'
import type {DebianIndex} from './declared.ts'
import type {Stanza} from './deb822.ts'

/** What messages and records say where an index has no date. */
const beginning = 0

/**
 * Throws INDEX_OLDER for an index that is older than the newest that this user has seen of the suite, unless the user
 * says from when on that is right. It may be good, of this suite, still valid, and yet yesterday's, which somebody
 * goes on giving out to keep what was mended since from being seen. Remembers the date of what it takes.
 * @param archive base URL
 */
export async function checkDate(
  fields: Stanza,
  {archive, label, index}: {readonly archive: string; readonly label: string; readonly index: DebianIndex},
  {projectFolder, indexDates: {seen, oldest}}: AskingContext,
): Promise<void> {
  const found = Date.parse(fields.get('date') ?? '')
  const date = Number.isNaN(found) ? beginning : found
  const of = nameOf(archive, index, projectFolder)
  const newest = Date.parse(seen.read(of) ?? '')
  if (date === newest) return
  if (date < newest && (oldest === undefined || date < oldest)) throw older(label, {date, newest})
  if (date > beginning || date < newest) await seen.keep(of, written(date))
}

/**
 * All mirrors of Debian's own archive are one. Whose keys are believed is part of the name: what another project's keys
 * have signed, years ahead perhaps, says nothing here. No URL is written, as that may be secret.
 */
function nameOf(
  archive: string,
  {archive: declared, suite, signedBy}: DebianIndex,
  projectFolder: string,
): string {
  const own = declared !== undefined && isArchiveName(declared) ? declared : null
  const keys = signedBy === undefined ? own : resolve(projectFolder, signedBy)
  return sha256Of(JSON.stringify([declared === undefined ? null : archive, suite, keys]))
}

function older(
  label: string,
  {date, newest}: {readonly date: number; readonly newest: number},
): ProsodyModsError {
  return new ProsodyModsError(
    'INDEX_OLDER',
    `${label}: the index is older than one that was seen before\n  expected Date: ${written(newest)} or later\n  got      ${date === beginning ? 'no Date' : `Date: ${written(date)}`}`,
    {
      hint: `the mirror lags behind, or somebody keeps an old index in front of you: try again, or take another mirror; if the archive itself went back, say so once with PROSODY_MODS_OLDEST_INDEX=${written(date)} (${docsPage('docs/guide/mirrors.md')})`,
      details: {url: label, seen: written(newest), got: date === beginning ? null : written(date)},
    },
  )
}

/** To the second, as an archive's dates are. */
function written(date: number): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, 'Z')
}
