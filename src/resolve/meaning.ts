import {ProsodyModsError} from '../errors.ts'
import {moduleKey} from '../module-key.ts'
import {revisionOf} from '../sources/revision.ts'
import type {ReleaseRef} from '../sources/types.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import {packageAlias} from '../versioning/build.ts'
import {looksLikeRevision} from '../versioning/calendar.ts'
import {admitsSpan, isExact, parseRange, satisfies} from '../versioning/range.ts'
import type {Range, Version, VersionScheme} from '../versioning/types.ts'

/** A release with its version read. */
export interface Dated {
  readonly ref: ReleaseRef
  readonly version: Version
}

/** A module of a source and what is asked for of its versions. */
export interface Wanted {
  readonly definition: SourceDefinition
  /** Module name, or `*`. */
  readonly name: string
  /** Version, range, alias or revision; undefined for the newest. */
  readonly versionText: string | undefined
}

/**
 * Returns what tells which of some releases a request means, wherever its module is. Throws VERSION_INVALID and
 * VERSION_AMBIGUOUS.
 */
export function meaning(
  wanted: Wanted,
  scheme: VersionScheme,
  dated: readonly Dated[],
): (one: Dated) => boolean {
  const text = wanted.versionText
  if (text === undefined) {
    const final = within(parseRange(scheme, '*'), scheme)
    return dated.some(final) ? final : ({ref}) => ref.foundBy === undefined
  }
  const alias = scheme.id === 'build' ? packageAlias(text) : undefined
  if (alias !== undefined) return ({ref}) => ref.aliases?.includes(alias) === true
  if (looksLikeRevision(text) && scheme.parse(text) === undefined) {
    const found = byRevision(text, wanted, dated)
    return ({ref}) => found.has(ref)
  }
  const range = parseRange(scheme, text)
  const named = namedExactly(range, scheme, dated)
  return named === undefined ? within(range, scheme) : ({ref}) => ref === named
}

/** Tells whether a release is what a range admits: by its version, or by a day on which the module still was so. */
function within(range: Range, scheme: VersionScheme): (one: Dated) => boolean {
  return ({ref: {foundBy, until}, version}) => {
    if (foundBy !== undefined) return false
    const last = until === undefined ? undefined : scheme.parse(until)
    return last === undefined
      ? satisfies(scheme, version, range)
      : admitsSpan(scheme, {from: version, until: last}, range)
  }
}

/** A snapshot stays what its version names, whatever else is known of that day. */
function namedExactly(range: Range, scheme: VersionScheme, dated: readonly Dated[]): ReleaseRef | undefined {
  if (!isExact(range)) return undefined
  return dated.find(({ref, version}) => ref.foundBy === 'name' && scheme.compare(version, range.exact) === 0)
    ?.ref
}

function byRevision(text: string, wanted: Wanted, dated: readonly Dated[]): Set<ReleaseRef> {
  const found = dated.filter(({ref}) => {
    const revision = revisionOf(ref)
    // A registry may know a revision by its first 12 digits only.
    return revision !== undefined && (revision.startsWith(text) || text.startsWith(revision))
  })
  const revisions = [...new Set(found.map(({ref}) => revisionOf(ref) ?? ''))].sort(
    (a, b) => a.length - b.length,
  )
  const [shortest = ''] = revisions
  if (!revisions.every((one) => one.startsWith(shortest))) {
    const key = moduleKey(wanted.definition.id, wanted.name)
    throw new ProsodyModsError('VERSION_AMBIGUOUS', `${key}: revision ${text} is ambiguous`, {
      hint: `it may mean ${found.map(({ref}) => `${ref.version} (${revisionOf(ref) ?? ''})`).join(' or ')}`,
      details: {candidates: found.map(({ref}) => ref.version)},
    })
  }
  const named = found.filter(({ref}) => ref.foundBy === 'name')
  return new Set((named.length > 0 ? named : found).map(({ref}) => ref))
}
