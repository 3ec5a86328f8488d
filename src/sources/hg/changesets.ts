import {garbled, type Question, type Upstream} from '../../net/upstream.ts'
import {encodePath} from '../url-path.ts'
import {isObject, jsonOf} from './json.ts'

/** A revision that a repository has. */
export interface Changeset {
  /** The changeset's 40 lower-case hex digits. */
  readonly node: string
  /** The UTC date of the changeset, YYYY-MM-DD. */
  readonly date: string
}

const expected = "hgweb's JSON log of changesets"
/** A description may be long, and there are up to `most` of them. */
const most = 500
const maxBytes = 8 * 1024 * 1024

/**
 * Finds the changeset that a branch, a tag or (the beginning of) a node names; undefined where there is none. Throws
 * VERSION_AMBIGUOUS, UNREACHABLE, UPSTREAM_GARBLED.
 */
export async function changesetOf(
  repository: string,
  revision: string,
  upstream: Upstream,
): Promise<Changeset | undefined> {
  const question = {
    url: `${repository}/json-log/${encodeURIComponent(revision)}?revcount=1`,
    about: `revision ${revision} of ${repository}`,
    maxBytes,
    sound: isLog('changesets'),
  }
  const answer = await upstream.ask(question)
  if (answer === undefined) return undefined
  return changesetsIn(answer, question, 'changesets')[0]
}

/** Finds the last changeset of branch default that was made on a day (UTC, YYYY-MM-DD). */
export async function lastOfDay(
  repository: string,
  day: string,
  upstream: Upstream,
): Promise<Changeset | undefined> {
  const query = `last(branch(default) and date("${day} 00:00:00 +0000 to ${day} 23:59:59 +0000"))`
  const found = await byQuery(
    repository,
    {query, count: 1, about: `the changesets of ${day} in ${repository}`},
    upstream,
  )
  // hgweb takes a query that it can't read for words to search: what it then finds has any date.
  return found.find(({date}) => date === day)
}

/** Lists the changesets of branch default, or those that touched a folder, newest first; at most 500. */
export function changesetsOf(
  repository: string,
  folder: string | undefined,
  upstream: Upstream,
): Promise<readonly Changeset[]> {
  const query = folder === undefined ? 'branch(default)' : `branch(default) and file("path:${folder}")`
  return byQuery(
    repository,
    {query, count: most, about: `the changesets of ${folder ?? 'branch default'} in ${repository}`},
    upstream,
  )
}

/**
 * Lists the changesets of branch default that touched one of some files, or took it away, newest first; at most 500.
 */
export function changesetsOfFiles(
  repository: string,
  paths: readonly string[],
  upstream: Upstream,
): Promise<readonly Changeset[]> {
  const files = paths.map((path) => `file("path:${path}")`).join(' or ')
  const query = `branch(default) and (${files})`
  const about = `the changesets of ${paths[0] ?? ''} in ${repository}`
  return byQuery(repository, {query, count: most, about}, upstream)
}

/**
 * Lists the changesets up to one that gave a file its contents: unlike the log of the whole repository, that of a file
 * (`json-filelog`) leaves out those that took it away.
 */
export async function filelogOf(
  repository: string,
  {node, path}: {readonly node: string; readonly path: string},
  upstream: Upstream,
): Promise<readonly Changeset[]> {
  const question = {
    url: `${repository}/json-filelog/${node}/${encodePath(path)}?revcount=${String(most)}`,
    about: `the changesets of ${path} in ${repository}`,
    maxBytes,
    sound: isLog('entries'),
  }
  const answer = await upstream.ask(question)
  return answer === undefined ? [] : changesetsIn(answer, question, 'entries')
}

async function byQuery(
  repository: string,
  {query, count, about}: {readonly query: string; readonly count: number; readonly about: string},
  upstream: Upstream,
): Promise<readonly Changeset[]> {
  const parameters = new URLSearchParams({rev: query, revcount: String(count)})
  const url = `${repository}/json-log?${parameters.toString()}`
  const question = {url, about, maxBytes, sound: isLog('entries')}
  const answer = await upstream.ask(question)
  return answer === undefined ? [] : changesetsIn(answer, question, 'entries')
}

/** Where a log has its changesets: that of one revision, and that of a query. */
type LogKey = 'changesets' | 'entries'

function isLog(key: LogKey): (answer: Buffer) => boolean {
  return (answer) => logOf(answer, key) !== undefined
}

function changesetsIn(answer: Buffer, question: Question, key: LogKey): readonly Changeset[] {
  const changesets = logOf(answer, key)
  if (changesets === undefined) throw garbled(question, expected, answer)
  return changesets
}

/** Undefined unless it is one, of nothing but changesets. A server may give more than `most`: the rest is left out. */
function logOf(answer: Buffer, key: LogKey): readonly Changeset[] | undefined {
  const data = jsonOf(answer)
  const list: unknown = isObject(data) ? data[key] : undefined
  if (!Array.isArray(list)) return undefined
  const asked = list.slice(0, most)
  const changesets = asked.flatMap((entry: unknown) => changesetIn(entry) ?? [])
  return changesets.length === asked.length ? changesets : undefined
}

/** Seconds since 1970 at the beginning of the year 0 and at the end of 9999: a date has a year of four digits. */
const [firstSecond, lastSecond] = [-62_167_219_200, 253_402_300_799]

/** `date` is [seconds since 1970, seconds west of UTC]. */
function changesetIn(entry: unknown): Changeset | undefined {
  if (!isObject(entry)) return undefined
  const {node, date} = entry
  const seconds: unknown = Array.isArray(date) ? date[0] : undefined
  if (typeof node !== 'string' || !/^[0-9a-f]{40}$/.test(node)) return undefined
  if (typeof seconds !== 'number' || !(seconds >= firstSecond && seconds <= lastSecond)) return undefined
  return {node, date: new Date(seconds * 1000).toISOString().slice(0, 10)}
}
