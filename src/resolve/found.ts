import {toDigest} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {isCommit} from './commits.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {tagOf, revisionOf} from '../sources/revision.ts'
import {replacedBy} from '../sources/kinds.ts'

/**
 * Adds to the known releases those that the publisher names beyond them. Throws TAG_MOVED where a tag stands for
 * another commit than the one that is known: tags of releases do not move for honest reasons.
 */
export function withFound(
  known: readonly ReleaseRef[],
  found: readonly ReleaseRef[],
  source: string,
): readonly ReleaseRef[] {
  const byTag = new Map(
    known.flatMap((ref) => (tagOf(ref) === undefined ? [] : [[tagOf(ref), ref] as const])),
  )
  const fresh = found.filter((ref) => {
    const before = byTag.get(tagOf(ref))
    if (before === undefined) return true
    if (revisionOf(before) !== revisionOf(ref)) throw tagMoved(source, before, ref)
    return false
  })
  return [...known, ...fresh]
}

/**
 * Throws where a publisher has put something else in the place of what a project has locked: TAG_MOVED as withFound
 * does, and DIGEST_MISMATCH where an archive has another package under a version that is locked.
 */
export function refuseMoved(
  locked: readonly ReleaseRef[],
  found: readonly ReleaseRef[],
  source: string,
): void {
  withFound(
    // A tag that is no version, as "nightly", may move: what is locked is its commit.
    locked.filter((ref) => tagOf(ref) !== undefined && !isCommit(ref)),
    found,
    source,
  )
  for (const before of locked) {
    const now = found.find(({version}) => version === before.version)
    const replaced = now && replacedBy(before.resolved, now.resolved)
    if (replaced === undefined) continue
    const {what, expected, got} = replaced
    throw new ProsodyModsError(
      'DIGEST_MISMATCH',
      `${source}: the archive has another ${what} than the locked one\n  expected ${toDigest(expected)}\n  got      ${toDigest(got)}`,
      {
        hint: `${askFirst}; to take the other one, remove the modules of ${source} and add them again`,
        details: {source, version: before.version, expected, got},
      },
    )
  }
}

const askFirst = 'ask the publisher what happened; what is locked goes on being installed'

function tagMoved(source: string, before: ReleaseRef, now: ReleaseRef): ProsodyModsError {
  const [expected, got] = [revisionOf(before), revisionOf(now)]
  return new ProsodyModsError(
    'TAG_MOVED',
    `${source}: tag ${tagOf(now) ?? ''} no longer points to the commit that is known\n  expected ${expected ?? ''}\n  got      ${got ?? ''}`,
    {
      hint: askFirst,
      details: {source, tag: tagOf(now), expected, got},
    },
  )
}
