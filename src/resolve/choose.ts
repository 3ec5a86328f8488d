import {ProsodyModsError} from '../errors.ts'
import type {ReleaseRef, SourceDefinition} from '../sources/types.ts'
import {packageAlias} from '../versioning/build.ts'
import {looksLikeRevision} from '../versioning/calendar.ts'
import {schemes} from '../versioning/index.ts'
import {parseRange, satisfies} from '../versioning/range.ts'
import type {Range, Version, VersionScheme} from '../versioning/types.ts'
import {hasModule} from './layout.ts'

export interface Wanted {
  readonly definition: SourceDefinition
  /** Module name, or `*`. */
  readonly name: string
  /** Version, range, alias or revision; undefined for the newest. */
  readonly versionText: string | undefined
}

interface Dated {
  readonly ref: ReleaseRef
  readonly version: Version
}

/**
 * The release that a request means: the newest of those that satisfy it and have the module.
 * Throws VERSION_UNSATISFIABLE (with what exists), VERSION_AMBIGUOUS, VERSION_INVALID, MODULE_UNKNOWN.
 */
export function chooseRelease(wanted: Wanted, refs: readonly ReleaseRef[]): ReleaseRef {
  const pinned = refs.find((ref) => isCommit(ref) && ref.version === wanted.versionText)
  if (pinned !== undefined) return pinned
  const scheme = schemes[wanted.definition.scheme]
  const all = newestFirst(refs, scheme)
  // A release may have thousands of files: no more of them are looked at than it takes.
  if (!all.some(({ref}) => mayHave(ref, wanted))) throw unknownModule(wanted, all)
  const isMeant = meaning(wanted, scheme, all)
  const chosen = all.find((one) => isMeant(one) && mayHave(one.ref, wanted))
  if (chosen === undefined) {
    const having = all.filter(({ref}) => mayHave(ref, wanted))
    throw unsatisfiable(wanted, scheme, {matching: all.filter(isMeant).length, having})
  }
  refuseTwins(wanted, chosen.ref, all)
  return chosen.ref
}

/** Two tags may be spellings of one version and stand for two commits. */
function refuseTwins(wanted: Wanted, chosen: ReleaseRef, all: readonly Dated[]): void {
  if (chosen.resolved.kind !== 'github') return
  if (revisionOf(chosen)?.startsWith(wanted.versionText ?? '*') === true) return
  const twins = all.filter(({ref}) => ref.version === chosen.version && mayHave(ref, wanted))
  if (new Set(twins.map(({ref}) => revisionOf(ref))).size < 2) return
  const spelled = twins.map(({ref}) => `${tagOf(ref) ?? ref.version} (${revisionOf(ref) ?? ''})`)
  throw new ProsodyModsError(
    'VERSION_AMBIGUOUS',
    `${idOf(wanted)}@${chosen.version}: several tags are this version\n  ${spelled.join('\n  ')}`,
    {
      hint: `name the commit that you mean: ${idOf(wanted)}@${revisionOf(chosen) ?? '<commit>'}`,
      details: {candidates: twins.map(({ref}) => revisionOf(ref))},
    },
  )
}

function tagOf({resolved}: ReleaseRef): string | undefined {
  return resolved.kind === 'github' ? resolved.tag : undefined
}

/** Whether a locked release still is what the manifest's version text asks for. */
export function stillSatisfies(wanted: Wanted, ref: ReleaseRef): boolean {
  if (ref.version === wanted.versionText) return true
  const scheme = schemes[wanted.definition.scheme]
  const dated = newestFirst([ref], scheme)
  return dated.some(meaning(wanted, scheme, dated))
}

/** A revision that has no version: it is its own, and nothing is newer or older. */
function isCommit(ref: ReleaseRef): boolean {
  return ref.version === revisionOf(ref)
}

/** Throws VERSION_INVALID unless the text is a version, range, alias or revision of the source's scheme. */
export function checkVersionText({definition, versionText: text = '*'}: Wanted): void {
  const scheme = schemes[definition.scheme]
  const alias = scheme.id === 'build' ? packageAlias(text) : undefined
  if (alias === undefined && !looksLikeRevision(text)) parseRange(scheme, text)
}

/** What `add` writes into the manifest: a range as the user typed it, anything else as an exact pin. */
export function pinOf(wanted: Wanted, ref: ReleaseRef): string {
  if (ref.version === 'local') return '*'
  const text = wanted.versionText ?? ''
  const revision = revisionOf(ref)
  // Where no registry says which revision a version is, another one may be that day's last tomorrow.
  if (ref.contents === undefined && revision?.startsWith(text) && looksLikeRevision(text))
    return revision.slice(0, Math.max(12, text.length))
  return isRangeText(wanted) ? text : ref.version
}

/**
 * The manifest's value once an entry has moved to a release: a range that admits it stays unless another one was asked
 * for, anything else becomes what was asked for as `add` would write it.
 * @param current the value as it stands
 */
export function pinAfter(current: string, wanted: Wanted, ref: ReleaseRef): string {
  const pin = pinOf(wanted, ref)
  const before = {...wanted, versionText: current}
  if (!stillSatisfies(before, ref) || isRangeText(wanted)) return pin
  return isRangeText(before) || pin === ref.version ? current : pin
}

function isRangeText({definition, versionText = ''}: Wanted): boolean {
  // "~" is a part of Debian's versions, not an operator.
  const operators = definition.scheme === 'debian' ? /[<>|*]/ : /[\^~<>|*]|(?:^|\.)x(?:\.|$)/i
  return operators.test(versionText)
}

// All modules of a source are chosen from the same list.
const orders = new WeakMap<
  readonly ReleaseRef[],
  {readonly scheme: VersionScheme; readonly dated: readonly Dated[]}
>()

/** Releases with their versions read, newest first; those that the scheme can't read are left out. */
export function newestFirst(refs: readonly ReleaseRef[], scheme: VersionScheme): readonly Dated[] {
  const before = orders.get(refs)
  if (before?.scheme === scheme) return before.dated
  const dated: Dated[] = []
  for (const ref of refs) {
    const version = scheme.parse(ref.version)
    if (version !== undefined) dated.push({ref, version})
  }
  dated.sort((a, b) => scheme.compare(b.version, a.version))
  orders.set(refs, {scheme, dated})
  return dated
}

/** Whether a version is none before its time, as 2.0.0-rc.1 is. */
export function isFinal(version: Version, scheme: VersionScheme): boolean {
  return satisfies(scheme, version, parseRange(scheme, '*'))
}

/** A release whose files are not known yet may hold anything. */
function mayHave({contents}: ReleaseRef, {definition, name}: Wanted): boolean {
  return contents === undefined || hasModule(contents, definition.layout, name)
}

/** Tells which of some releases a request means, wherever its module is. */
function meaning(wanted: Wanted, scheme: VersionScheme, dated: readonly Dated[]): (one: Dated) => boolean {
  const text = wanted.versionText
  if (text === undefined) {
    const final = within(parseRange(scheme, '*'), scheme)
    return dated.some(final) ? final : () => true
  }
  const alias = scheme.id === 'build' ? packageAlias(text) : undefined
  if (alias !== undefined) return ({ref}) => ref.aliases?.includes(alias) === true
  if (looksLikeRevision(text) && scheme.parse(text) === undefined) {
    const found = byRevision(text, wanted, dated)
    return ({ref}) => found.has(ref)
  }
  return within(parseRange(scheme, text), scheme)
}

function within(range: Range, scheme: VersionScheme): (one: Dated) => boolean {
  return ({version}) => satisfies(scheme, version, range)
}

function byRevision(text: string, wanted: Wanted, dated: readonly Dated[]): Set<ReleaseRef> {
  const found = dated.filter(({ref}) => {
    const revision = revisionOf(ref)
    // A registry may know a revision by its first 12 digits only.
    return revision !== undefined && (revision.startsWith(text) || text.startsWith(revision))
  })
  if (new Set(found.map(({ref}) => revisionOf(ref))).size > 1) {
    throw new ProsodyModsError('VERSION_AMBIGUOUS', `${idOf(wanted)}: revision ${text} is ambiguous`, {
      hint: `it may mean ${found.map(({ref}) => `${ref.version} (${revisionOf(ref) ?? ''})`).join(' or ')}`,
      details: {candidates: found.map(({ref}) => ref.version)},
    })
  }
  return new Set(found.map(({ref}) => ref))
}

function revisionOf(ref: ReleaseRef): string | undefined {
  return 'revision' in ref.resolved ? ref.resolved.revision : undefined
}

function idOf({definition, name}: Wanted): string {
  return `${definition.id}/${name}`
}

function unknownModule(wanted: Wanted, all: readonly Dated[]): ProsodyModsError {
  const {id} = wanted.definition
  if (all.length === 0 && wanted.definition.kind === 'debian' && wanted.definition.index !== undefined) {
    const {suite, component, package: name} = wanted.definition.index
    return new ProsodyModsError(
      'VERSION_UNSATISFIABLE',
      `${id}: suite ${suite}${suite.endsWith('/') ? '' : ` (${component})`} of the archive has no package ${name}`,
      {hint: 'correct "package", "suite" or "component" of the source'},
    )
  }
  if (all.length === 0 && wanted.definition.kind === 'github') {
    const {repository} = wanted.definition
    return new ProsodyModsError(
      'VERSION_UNSATISFIABLE',
      `${id}: no tag of ${repository} is a version that is known`,
      {hint: `name a commit by its 40 digits: ${idOf(wanted)}@<commit>`},
    )
  }
  if (all.length === 0) {
    return new ProsodyModsError('VERSION_UNSATISFIABLE', `${id}: no release is known`, {
      hint: 'take a module of another source, or declare a source for it in the manifest',
    })
  }
  return new ProsodyModsError(
    'MODULE_UNKNOWN',
    `${id} has no release with a module ${wanted.name} whose digests are known`,
    {hint: `the known releases are ${span(all)}; look it up with: prosody-mods search ${wanted.name}`},
  )
}

function unsatisfiable(
  wanted: Wanted,
  scheme: VersionScheme,
  found: {readonly matching: number; readonly having: readonly Dated[]},
): ProsodyModsError {
  const exists = found.having.map(({version}) => version.text)
  const reason =
    found.matching > 0
      ? 'the releases that it names do not have this module'
      : 'no known release satisfies it'
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${idOf(wanted)}@${wanted.versionText ?? '*'}: ${reason}\n  expected one of ${shorten(exists)}${neighbours(wanted, scheme, found.having)}`,
    {
      hint: `take one of these, or a range such as ${rangeExample(wanted, exists)}`,
      details: {requested: wanted.versionText ?? '*', available: exists},
    },
  )
}

/** What exists just before and just after a version that does not. */
function neighbours({versionText}: Wanted, scheme: VersionScheme, having: readonly Dated[]): string {
  const asked = scheme.parse(versionText ?? '')
  if (asked === undefined) return ''
  const before = having.find(({version}) => scheme.compare(version, asked) < 0)
  const after = having.findLast(({version}) => scheme.compare(version, asked) > 0)
  const near = [before && `${before.version.text} before it`, after && `${after.version.text} after it`]
  return `\n  nearest is ${near.filter((text) => text !== undefined).join(', ')}`
}

function rangeExample(wanted: Wanted, exists: readonly string[]): string {
  const oldest = exists.at(-1) ?? '*'
  return `"${wanted.definition.id}/${wanted.name}@>=${oldest}"`
}

function shorten(versions: readonly string[]): string {
  const shown = versions.slice(0, 12).join(', ')
  return versions.length > 12 ? `${shown} … (${versions.length} in all)` : shown
}

function span(all: readonly Dated[]): string {
  const newest = all[0]?.version.text ?? ''
  const oldest = all.at(-1)?.version.text ?? ''
  return oldest === newest ? newest : `${oldest} to ${newest}`
}
