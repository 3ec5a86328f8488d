import {ProsodyModsError} from '../errors.ts'
import type {ReleaseRef, SourceDefinition} from '../sources/types.ts'
import {looksLikeRevision} from '../versioning/calendar.ts'

/** A revision that has no version: it is its own, and nothing is newer or older. */
export function isCommit(ref: Pick<ReleaseRef, 'version' | 'resolved'>): boolean {
  return 'revision' in ref.resolved && ref.version === ref.resolved.revision
}

/** Whether a commit was the tip of a branch when it was asked for. */
export function branchOf({resolved}: Pick<ReleaseRef, 'resolved'>): string | undefined {
  return resolved.kind === 'github' ? resolved.branch : undefined
}

/** The tag of a commit that is no version. */
function tagOf({resolved}: Pick<ReleaseRef, 'resolved'>): string | undefined {
  return resolved.kind === 'github' ? resolved.tag : undefined
}

/** Whether a text means a commit: its digits, a branch whose tip it was, its tag; anything goes for `*`. */
export function isNamed(ref: ReleaseRef, text: string): boolean {
  if (text === '*' || ref.version === text || branchOf(ref) === text || tagOf(ref) === text) return true
  return looksLikeRevision(text) && ref.version.startsWith(text)
}

/**
 * The commit that a text means among releases; for `*` the tip of the default branch, where there are no versions.
 * Undefined where it means none.
 */
export function commitMeant(text: string, refs: readonly ReleaseRef[]): ReleaseRef | undefined {
  const commits = refs.filter(isCommit)
  if (text !== '*')
    return commits.find(({version}) => version === text) ?? commits.find((one) => isNamed(one, text))
  return commits.length < refs.length ? undefined : commits.find((one) => branchOf(one) !== undefined)
}

/** Names of tags that are no versions, of a repository of which none is. */
export function otherTags(refs: readonly ReleaseRef[]): readonly string[] {
  return refs.filter(isCommit).flatMap((ref) => tagOf(ref) ?? [])
}

/** Of a repository on GitHub that has no version, tag, branch or commit of that name. */
export function noSuchCommit(
  key: string,
  {
    definition,
    text,
    refs,
  }: {readonly definition: SourceDefinition; readonly text: string; readonly refs: readonly ReleaseRef[]},
): ProsodyModsError {
  const repository = definition.kind === 'github' ? definition.repository : definition.id
  const tags = otherTags(refs)
  const branch = refs.map((ref) => branchOf(ref)).find((name) => name !== undefined)
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${key}${text === '*' ? '' : `@${text}`}: ${repository} has no version, tag, branch or commit that this could be\n  ${tagsText(tags)}`,
    {
      hint: `${branch === undefined ? '' : `without a version the tip of ${branch} is taken; `}else name a tag, a branch or a commit: ${key}@<name>`,
      details: {requested: text, tags, branch: branch ?? null},
    },
  )
}

const shown = 5

/** How many there are, with a few examples and what to write. */
export function tagsText(tags: readonly string[]): string {
  if (tags.length === 0) return 'it has no tags'
  const examples = tags.slice(-shown).reverse().join(', ')
  const more = tags.length > shown ? ', …' : ''
  return `none of its ${tags.length} ${tags.length === 1 ? 'tag' : 'tags'} is a version (${examples}${more}): take one by its name, or say in "tagPrefix" or "scheme" of the source how they are to be read`
}
