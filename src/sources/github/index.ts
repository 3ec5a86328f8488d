import {ProsodyModsError} from '../../errors.ts'
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
import {tagsOf} from './refs.ts'
import {packageTag, prefixOfTags, versionOfTag} from './tags.ts'

const host = 'github.com'
const rawHost = 'raw.githubusercontent.com'

/** A repository on GitHub; a release is a tag. GitHub's API is not asked: it counts requests by address. */
export const github: Source<'github'> = {
  kind: 'github',
  listReleases: (definition, context) => Promise.resolve(knownReleases(definition, context)),
  findReleases,
  locate: (resolved) => Promise.resolve(locations(resolved)),
}

async function findReleases(
  definition: DefinitionOf<'github'>,
  {versionText = '*', all}: ReleaseQuery,
  {upstream}: AskingContext,
): Promise<readonly ReleaseRef[]> {
  const {repository, folder, scheme} = definition
  const remote = `https://${host}/${repository}.git`
  const prefix = prefixOfTags(definition, all === true ? '*' : versionText)
  const tags = await tagsOf(remote, prefix, upstream)
  if (tags === undefined) throw noRepository(repository)
  const number = packageTag(scheme, versionText)
  const packaged =
    number === undefined
      ? undefined
      : (await tagsOf(remote, number, upstream))?.find(({name}) => name === number)?.commit
  const releases = tags.flatMap(({name, commit}) => {
    const version = versionOfTag(name, definition)
    if (version === undefined) return []
    return [
      {
        version,
        resolved: {kind: 'github', repository, revision: commit, folder, tag: name} as const,
        ...(commit === packaged ? {aliases: [`1.0.${number ?? ''}`]} : {}),
      },
    ]
  })
  const isTagged = tags.some(({commit}) => commit === versionText)
  if (!/^[0-9a-f]{40}$/.test(versionText) || isTagged) return releases
  // No list has the commits between tags: whether there is such a one shows when its files are fetched.
  const resolved = {kind: 'github', repository, revision: versionText, folder} as const
  return [...releases, {version: versionText, resolved}]
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
    },
  ]
}

function noRepository(repository: string): ProsodyModsError {
  return new ProsodyModsError('SOURCE_UNKNOWN', `there is no repository ${repository} at ${host}`, {
    hint: 'correct "repository" of the source; a private one needs GITHUB_TOKEN',
    details: {repository},
  })
}
