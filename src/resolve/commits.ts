import {ProsodyModsError} from '../errors.ts'
import type {ReleaseRef} from '../sources/types.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import {looksLikeRevision} from '../versioning/calendar.ts'
import {revisionOf, branchOf, tagOf} from '../sources/revision.ts'
import type {ModuleKey} from '../module-key.ts'

/** Tells whether a release is a revision that has no version: it is its own, and nothing is newer or older. */
export function isCommit(ref: Pick<ReleaseRef, 'version' | 'resolved'>): boolean {
  return ref.version === revisionOf(ref)
}

/** Tells whether a text means a commit: its digits, a branch whose tip it was, its tag; anything goes for `*`. */
export function isNamed(ref: ReleaseRef, text: string): boolean {
  if (text === '*' || ref.version === text || branchOf(ref) === text || tagOf(ref) === text) return true
  return looksLikeRevision(text) && ref.version.startsWith(text)
}

/**
 * Finds the commit that a text means among releases; for `*` the tip of the default branch, where there are no
 * versions. Undefined where it means none.
 */
export function commitMeant(text: string, refs: readonly ReleaseRef[]): ReleaseRef | undefined {
  const commits = refs.filter(isCommit)
  if (text !== '*')
    return commits.find(({version}) => version === text) ?? commits.find((one) => isNamed(one, text))
  return commits.length < refs.length ? undefined : commits.find((one) => branchOf(one) !== undefined)
}

/** Lists the tags that are no versions, of a repository of which none is. */
export function otherTags(refs: readonly ReleaseRef[]): readonly string[] {
  return refs.filter(isCommit).flatMap((ref) => tagOf(ref) ?? [])
}

/** Makes the error for a repository that has no version, tag, branch or commit of the name that was asked for. */
export function noSuchCommit(
  key: ModuleKey,
  {
    definition,
    text,
    refs,
  }: {readonly definition: SourceDefinition; readonly text: string; readonly refs: readonly ReleaseRef[]},
): ProsodyModsError {
  const tags = otherTags(refs)
  const branch = refs.map((ref) => branchOf(ref)).find((name) => name !== undefined)
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${key}${text === '*' ? '' : `@${text}`}: ${placeIn(definition)} has no version, tag, branch or commit that this could be\n  ${tagsText(tags)}`,
    {
      hint: `${branch === undefined ? '' : `without a version the tip of ${branch} is taken; `}else name a tag, a branch or a commit: ${key}@<name>`,
      details: {requested: text, tags, branch: branch ?? null},
    },
  )
}

/** The repository of a source that is one, else its id. */
function placeIn(definition: SourceDefinition): string {
  return 'repository' in definition ? definition.repository : definition.id
}

const shown = 5

/** Says how many tags there are that are no versions, with a few examples and what to write. */
export function tagsText(tags: readonly string[]): string {
  if (tags.length === 0) return 'it has no tags'
  const examples = tags.slice(-shown).reverse().join(', ')
  const more = tags.length > shown ? ', …' : ''
  return `none of its ${tags.length} ${tags.length === 1 ? 'tag' : 'tags'} is a version (${examples}${more}): take one by its name, or say in "tagPrefix" or "scheme" of the source how they are to be read`
}
