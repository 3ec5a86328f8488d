import {ProsodyModsError} from '../errors.ts'
import type {ReleaseRef} from '../sources/types.ts'

/**
 * The known releases and those that the publisher names beyond them. Throws TAG_MOVED where a tag stands for
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

function tagMoved(source: string, before: ReleaseRef, now: ReleaseRef): ProsodyModsError {
  const [expected, got] = [revisionOf(before), revisionOf(now)]
  return new ProsodyModsError(
    'TAG_MOVED',
    `${source}: tag ${tagOf(now) ?? ''} no longer points to the commit that is known\n  expected ${expected ?? ''}\n  got      ${got ?? ''}`,
    {
      hint: 'ask the publisher what happened; the known commit goes on being used where it is locked',
      details: {source, tag: tagOf(now), expected, got},
    },
  )
}

function tagOf({resolved}: ReleaseRef): string | undefined {
  return resolved.kind === 'github' ? resolved.tag : undefined
}

function revisionOf({resolved}: ReleaseRef): string | undefined {
  return 'revision' in resolved ? resolved.revision : undefined
}
