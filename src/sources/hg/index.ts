import {bareName, isPrefixed, prefixed} from '../../module-name.ts'
import type {Upstream} from '../../net/upstream.ts'
import {looksLikeRevision, calendar} from '../../versioning/calendar.ts'
import {knownReleases} from '../known-releases.ts'
import type {AskingContext, Location, ReleaseQuery, ReleaseRef, Source} from '../types.ts'
import type {DefinitionOf, ResolvedOf} from '../kinds.ts'
import {encodePath} from '../url-path.ts'
import {changesetOf, changesetsOf, lastOfDay, type Changeset} from './changesets.ts'
import {entriesOf, filesBelow} from './manifest.ts'
import {presenceAt, withoutMain, type ModuleAt} from './presence.ts'

/**
 * A Mercurial repository on hgweb (https://www.mercurial-scm.org/help/topics/hgweb). A release is a revision of
 * the whole repository; its version is the UTC date of that revision.
 */
export const hg: Source<'hg'> = {
  kind: 'hg',
  listReleases: (definition, context, module) => Promise.resolve(knownReleases(definition, context, module)),
  findReleases,
  async listModules({repository}, {upstream}) {
    const entries = await entriesOf(repository, {node: 'default', folder: ''}, upstream)
    return (entries?.folders ?? []).flatMap((name) => (isPrefixed(name) ? [bareName(name)] : []))
  },
  listFiles: ({repository, revision}, module, {upstream}) =>
    filesBelow(repository, {node: revision, folder: prefixed(module)}, upstream),
  locate: (resolved, module) => Promise.resolve(locations(resolved, module)),
}

async function findReleases(
  {repository}: DefinitionOf<'hg'>,
  {module, versionText = '*', all}: ReleaseQuery,
  {upstream}: AskingContext,
): Promise<readonly ReleaseRef[]> {
  const at = {repository, module}
  const found = all === true ? await history(at, upstream) : await meant(at, versionText, upstream)
  return found.map(({node, date, withoutMain: without}) => ({
    version: calendar.parse(date)?.text ?? date,
    resolved: {kind: 'hg', repository, revision: node},
    date,
    ...(without ? {withoutMain: true} : {}),
  }))
}

interface State extends Changeset {
  /** Whether the module has no main file at that changeset. */
  readonly withoutMain: boolean
}

async function meant(at: ModuleAt, text: string, upstream: Upstream): Promise<readonly State[]> {
  const {repository} = at
  // Not `tip`, which is the newest revision of any branch.
  if (text === '*') return stateOf(at, await changesetOf(repository, 'default', upstream), upstream)
  const day = calendar.parse(text)
  if (day !== undefined) return stateOf(at, await lastOfDay(repository, dayOf(day.key), upstream), upstream)
  if (looksLikeRevision(text)) return stateOf(at, await changesetOf(repository, text, upstream), upstream)
  return history(at, upstream)
}

/**
 * Returns the one changeset, with whether the module has its main file there; none where it has nothing of the
 * module.
 */
async function stateOf(
  at: ModuleAt,
  changeset: Changeset | undefined,
  upstream: Upstream,
): Promise<readonly State[]> {
  if (changeset === undefined) return []
  if (at.module === '*') return [{...changeset, withoutMain: false}]
  const {has} = await presenceAt(at, changeset.node, upstream)
  return has === 'nothing' ? [] : [{...changeset, withoutMain: has === 'remains'}]
}

/** Lists, of the changesets that touched a module, the last of each day. */
async function history(at: ModuleAt, upstream: Upstream): Promise<readonly State[]> {
  const {repository, module} = at
  const folder = module === '*' ? undefined : prefixed(module)
  const touching = await changesetsOf(repository, folder, upstream)
  const without = module === '*' ? new Set<Changeset>() : await withoutMain(at, touching, upstream)
  const days = new Map<string, State>()
  // The first of a day is its newest.
  for (const changeset of touching)
    if (!days.has(changeset.date))
      days.set(changeset.date, {...changeset, withoutMain: without.has(changeset)})
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
      ...(isWhole(revision) ? {immutable: true as const} : {}),
    },
  ]
}

/** A registry may know a revision by its first 12 digits only. */
function isWhole(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}

function dayOf(key: readonly (number | string)[]): string {
  return key.map((part) => String(part).padStart(2, '0')).join('-')
}
