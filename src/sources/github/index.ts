import {ProsodyModsError} from '../../errors.ts'
import {knownReleases} from '../known-releases.ts'
import type {AskingContext, Location, ReleaseQuery, ReleaseRef, Source} from '../types.ts'
import type {DefinitionOf, ResolvedOf} from '../kinds.ts'
import {isRefName} from '../ref-name.ts'
import {encodePath} from '../url-path.ts'
import type {Upstream} from '../../net/upstream.ts'
import {looksLikeRevision} from '../../versioning/calendar.ts'
import {schemes} from '../../versioning/index.ts'
import {refsOf, type Refs} from './refs.ts'
import {packageTag, prefixOfTags, versionOfTag} from './tags.ts'

const host = 'github.com'
const rawHost = 'raw.githubusercontent.com'

/** A repository on GitHub; a release is a tag, or a commit where no tag is a version. GitHub's API is not asked: it counts requests by address. */
export const github: Source<'github'> = {
  kind: 'github',
  listReleases: (definition, context, module) => Promise.resolve(knownReleases(definition, context, module)),
  findReleases,
  locate: (resolved) => Promise.resolve(locations(resolved)),
}

async function findReleases(
  definition: DefinitionOf<'github'>,
  {versionText = '*', all}: ReleaseQuery,
  {upstream}: AskingContext,
): Promise<readonly ReleaseRef[]> {
  const text = all === true ? '*' : versionText
  // Whether a tag is that commit is all that its publisher could add.
  if (upstream.offline && isWhole(text)) return [{version: text, resolved: resolvedAt(definition, text)}]
  const asking = {definition, remote: `https://${host}/${definition.repository}.git`, upstream}
  const prefix = prefixOfTags(definition, text)
  const refs = await refsFor([`refs/tags/${prefix}`, ...otherPrefixes(text)], asking)
  const versions = await versionsIn(refs, text, asking)
  if (text !== '*') return [...versions, ...commitsNamed(text, {definition, refs, versions})]
  if (versions.length > 0) return versions
  const others = prefix === '' ? refs : await refsFor(['refs/tags/', 'HEAD'], asking)
  return withoutVersions(definition, others)
}

interface Asking {
  readonly definition: DefinitionOf<'github'>
  readonly remote: string
  readonly upstream: Upstream
}

async function refsFor(prefixes: readonly string[], {definition, remote, upstream}: Asking): Promise<Refs> {
  const refs = await refsOf(remote, prefixes, upstream)
  if (refs === undefined) throw noRepository(definition.repository)
  return refs
}

/** Besides tags that may be versions: the default branch, or what is called by its name. */
function otherPrefixes(text: string): readonly string[] {
  if (text === '*') return ['HEAD']
  return isRefName(text) ? [`refs/tags/${text}`, `refs/heads/${text}`] : []
}

/** Tags that are versions, each with its package number if that was asked for. */
async function versionsIn({tags}: Refs, text: string, asking: Asking): Promise<ReleaseRef[]> {
  const {definition} = asking
  const number = packageTag(definition.scheme, text)
  const packaged =
    number === undefined
      ? undefined
      : (await refsFor([`refs/tags/${number}`], asking)).tags.find(({name}) => name === number)?.commit
  return tags.flatMap(({name, commit}) => {
    const version = versionOfTag(name, definition)
    if (version === undefined) return []
    const aliases = commit === packaged ? {aliases: [`1.0.${number ?? ''}`]} : {}
    return [{version, resolved: {...resolvedAt(definition, commit), tag: name}, ...aliases}]
  })
}

interface Found {
  readonly definition: DefinitionOf<'github'>
  readonly refs: Refs
  readonly versions: readonly ReleaseRef[]
}

/** What is called so and is no version: a tag, a branch, a commit by its digits. Its commit stands for its version. */
function commitsNamed(text: string, {definition, refs, versions}: Found): ReleaseRef[] {
  const at = (commit: string): ResolvedOf<'github'> => resolvedAt(definition, commit)
  const tag = refs.tags.find(({name}) => name === text && versionOfTag(name, definition) === undefined)
  const branch = refs.branches.find(({name}) => name === text)
  const named = [
    ...(tag === undefined ? [] : [{version: tag.commit, resolved: {...at(tag.commit), tag: text}}]),
    ...(branch === undefined
      ? []
      : [{version: branch.commit, resolved: {...at(branch.commit), branch: text}}]),
  ]
  const isOfVersion = versions.some(
    ({resolved}) => resolved.kind === 'github' && resolved.revision.startsWith(text),
  )
  // 20270101 is a day, and could be the first digits of a commit: a version that there is wins.
  const meant = schemes[definition.scheme].parse(text)?.text
  const isVersion = versions.some(({version}) => version === meant)
  if (named.length > 0 || isOfVersion || isVersion || !looksLikeRevision(text)) return named
  // No list has the commits between tags, or what digits begin: whether there is such a one shows when it is fetched.
  return [{version: text, resolved: at(text)}]
}

/** Of a repository without versions: the tip of its default branch, and its tags by their commits. */
function withoutVersions(definition: DefinitionOf<'github'>, {head, tags}: Refs): ReleaseRef[] {
  const others = tags.map(({name, commit}) => ({
    version: commit,
    resolved: {...resolvedAt(definition, commit), tag: name},
  }))
  if (head === undefined) return others
  return [
    {version: head.commit, resolved: {...resolvedAt(definition, head.commit), branch: head.name}},
    ...others,
  ]
}

function resolvedAt({repository, folder}: DefinitionOf<'github'>, revision: string): ResolvedOf<'github'> {
  return {kind: 'github', repository, revision, folder}
}

/**
 * Files one by one, where their paths are known; and everything at that commit in one archive, whose folder has
 * the repository's name around it.
 */
function locations({repository, revision, folder}: ResolvedOf<'github'>): Location[] {
  const base = `https://${rawHost}/${repository}/${revision}/${folder === '' ? '' : `${encodePath(folder)}/`}`
  return [
    {type: 'files', label: rawHost, url: (path) => base + encodePath(path)},
    {
      type: 'archive',
      label: host,
      url: `https://${host}/${repository}/archive/${revision}.tar.gz`,
      format: 'tar.gz',
      root: folder,
      strip: 1,
      large: true,
      commit: revision,
      ...(isWhole(revision) ? {immutable: true as const} : {}),
    },
  ]
}

function isWhole(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}

function noRepository(repository: string): ProsodyModsError {
  return new ProsodyModsError('SOURCE_UNKNOWN', `there is no repository ${repository} at ${host}`, {
    hint: 'correct "repository" of the source; a private one needs GITHUB_TOKEN',
    details: {repository},
  })
}
