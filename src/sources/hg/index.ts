import type {Upstream} from '../../net/upstream.ts'
import {looksLikeRevision, calendar} from '../../versioning/calendar.ts'
import {knownReleases} from '../known-releases.ts'
import type {
  AskingContext,
  DefinitionOf,
  Location,
  ReleaseQuery,
  ReleaseRef,
  ResolvedOf,
  Source,
} from '../types.ts'
import {encodePath} from '../url-path.ts'
import {changesetOf, changesetsOf, hasFolder, lastOfDay, type Changeset} from './changesets.ts'

/**
 * A Mercurial repository on hgweb (https://www.mercurial-scm.org/help/topics/hgweb). A release is a revision of
 * the whole repository; its version is the UTC date of that revision.
 */
export const hg: Source<'hg'> = {
  kind: 'hg',
  listReleases: (definition, context) => Promise.resolve(knownReleases(definition, context)),
  findReleases,
  locate: (resolved, module) => Promise.resolve(locations(resolved, module)),
}

async function findReleases(
  {repository}: DefinitionOf<'hg'>,
  {module, versionText = '*', all}: ReleaseQuery,
  {upstream}: AskingContext,
): Promise<readonly ReleaseRef[]> {
  const folder = module === '*' ? undefined : `mod_${module}`
  const at = {repository, folder}
  const found = all === true ? await lastOfEachDay(at, upstream) : await changesets(at, versionText, upstream)
  return found.map(({node, date}) => ({
    version: calendar.parse(date)?.text ?? date,
    resolved: {kind: 'hg', repository, revision: node},
    date,
  }))
}

interface Folder {
  readonly repository: string
  /** Undefined for the whole repository. */
  readonly folder: string | undefined
}

async function changesets(at: Folder, text: string, upstream: Upstream): Promise<readonly Changeset[]> {
  const {repository, folder} = at
  const having = async (changeset: Changeset | undefined): Promise<readonly Changeset[]> => {
    if (changeset === undefined) return []
    if (folder === undefined) return [changeset]
    return (await hasFolder(repository, {changeset, folder}, upstream)) ? [changeset] : []
  }
  // Not `tip`, which is the newest revision of any branch.
  if (text === '*') return having(await changesetOf(repository, 'default', upstream))
  const day = calendar.parse(text)
  if (day !== undefined) return having(await lastOfDay(repository, dayOf(day.key), upstream))
  if (looksLikeRevision(text)) return having(await changesetOf(repository, text, upstream))
  return lastOfEachDay(at, upstream)
}

/** Of the changesets that touched a folder, the last of each day. */
async function lastOfEachDay(
  {repository, folder}: Folder,
  upstream: Upstream,
): Promise<readonly Changeset[]> {
  const touching = await changesetsOf(repository, folder, upstream)
  const days = new Map<string, Changeset>()
  // The first of a day is its newest.
  for (const changeset of touching) if (!days.has(changeset.date)) days.set(changeset.date, changeset)
  return [...days.values()]
}

/** Files one by one; and the module's folder as an archive, which has the repository's name around it. */
function locations(resolved: ResolvedOf<'hg'>, module: string): Location[] {
  const {repository, revision} = resolved
  const {host} = new URL(repository)
  const part = module === '*' ? '' : `/mod_${module}`
  return [
    {
      type: 'files',
      label: host,
      url: (path) => `${repository}/raw-file/${revision}/${encodePath(path)}`,
    },
    {
      type: 'archive',
      label: host,
      url: `${repository}/archive/${revision}.tar.gz${part}`,
      format: 'tar.gz',
      root: '',
      strip: 1,
    },
  ]
}

function dayOf(key: readonly (number | string)[]): string {
  return key.map((part) => String(part).padStart(2, '0')).join('-')
}
