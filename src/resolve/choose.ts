import {ProsodyModsError} from '../errors.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {namesCommits, nothingListed} from '../sources/kinds.ts'
import {packageAlias} from '../versioning/build.ts'
import {looksLikeRevision} from '../versioning/calendar.ts'
import {schemes} from '../versioning/index.ts'
import {parseRange, satisfies} from '../versioning/range.ts'
import type {Version, VersionScheme} from '../versioning/types.ts'
import {commitMeant, isCommit, isNamed, noSuchCommit} from './commits.ts'
import {goneIn, moduleGone, tellingOf} from './gone.ts'
import {hasModule} from './layout.ts'
import {meaning, type Dated, type Wanted} from './meaning.ts'
import {revisionOf, tagOf} from '../sources/revision.ts'
import {moduleKey, type ModuleKey} from '../module-key.ts'

/**
 * Finds the release that a request means: the newest of those that satisfy it and have the module. Throws
 * VERSION_UNSATISFIABLE (with what exists), VERSION_AMBIGUOUS, VERSION_INVALID, MODULE_UNKNOWN, MODULE_GONE.
 */
export function chooseRelease(wanted: Wanted, refs: readonly ReleaseRef[]): ReleaseRef {
  const {versionText: text = '*'} = wanted
  const scheme = schemes[wanted.definition.scheme]
  const commit = commitMeant(text, refs)
  const isClear = text === '*' || commit?.version === text || !isRange(scheme, text)
  if (commit !== undefined && isClear) return commit
  if (refs.some(isCommit) && !isRange(scheme, text)) throw noSuchCommit(idOf(wanted), {...wanted, text, refs})
  const all = tellingOf(
    newestFirst(refs, scheme),
    ({ref}) => ref,
    (ref) => mayHave(ref, wanted),
  )
  const gone = goneIn(all.map(({ref}) => ref))
  // A release may have thousands of files: no more of them are looked at than it takes.
  if (!all.some(({ref}) => mayHave(ref, wanted)) && commit !== undefined) return commit
  if (!all.some(({ref}) => mayHave(ref, wanted)))
    throw gone === undefined ? unknownModule(wanted, all, refs) : moduleGone(idOf(wanted), gone)
  const isMeant = meaning(wanted, scheme, all)
  refuseGone(wanted, all, isMeant)
  const chosen = all.find((one) => isMeant(one) && mayHave(one.ref, wanted))
  if (chosen === undefined) {
    if (commit !== undefined) return commit
    const having = all.filter(({ref}) => ref.foundBy === undefined && mayHave(ref, wanted))
    throw unsatisfiable(wanted, scheme, {matching: all.filter(isMeant).length, having})
  }
  refuseTwins(wanted, chosen.ref, all)
  return chosen.ref
}

/** The newest, and what was named, may be none of the module any more: an older one is taken only when it is asked for. */
function refuseGone(wanted: Wanted, all: readonly Dated[], isMeant: (one: Dated) => boolean): void {
  const meant = all.filter(isMeant)
  const isNewest = wanted.versionText === undefined || wanted.versionText === '*'
  const lacking = meant.filter(({ref}) => ref.withoutMain === true)
  if (lacking.length === 0 || (isNewest ? lacking[0] !== meant[0] : lacking.length < meant.length)) return
  const from = all.findIndex(({version}) => version.text === lacking[0]?.version.text)
  const gone = goneIn(all.slice(from).map(({ref}) => ref))
  if (gone !== undefined) throw moduleGone(idOf(wanted), gone)
}

/** Two tags may be spellings of one version and stand for two commits. */
function refuseTwins(wanted: Wanted, chosen: ReleaseRef, all: readonly Dated[]): void {
  if (!namesCommits(wanted.definition)) return
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

/** Tells whether a locked release still is what the manifest's version text asks for. */
export function stillSatisfies(wanted: Wanted, ref: ReleaseRef): boolean {
  if (isCommit(ref)) return isNamed(ref, wanted.versionText ?? '*')
  if (ref.version === wanted.versionText) return true
  const scheme = schemes[wanted.definition.scheme]
  const {version, resolved, aliases, until} = ref
  const bare = {
    version,
    resolved,
    ...(aliases === undefined ? {} : {aliases}),
    ...(until === undefined ? {} : {until}),
  }
  const dated = newestFirst([bare], scheme)
  return dated.some(meaning(wanted, scheme, dated))
}

/** Throws VERSION_INVALID unless the text is a version, range, alias or revision of the source's scheme. */
export function checkVersionText({definition, versionText: text = '*'}: Wanted): void {
  const scheme = schemes[definition.scheme]
  const alias = scheme.id === 'build' ? packageAlias(text) : undefined
  if (alias === undefined && !looksLikeRevision(text)) parseRange(scheme, text)
}

/** Returns what `add` writes into the manifest: a range as the user typed it, anything else as an exact pin. */
export function pinOf(wanted: Wanted, ref: ReleaseRef): string {
  if (ref.version === 'local') return '*'
  if (isCommit(ref)) return ref.version
  const text = wanted.versionText ?? ''
  const revision = revisionOf(ref)
  if (ref.foundBy === 'revision' && revision !== undefined)
    return revision.slice(0, Math.max(12, text.length))
  // Where no registry says which revision a version is, another one may be that day's last tomorrow.
  if (ref.contents === undefined && revision?.startsWith(text) && looksLikeRevision(text))
    return revision.slice(0, Math.max(12, text.length))
  return isRangeText(wanted) ? text : ref.version
}

/**
 * Returns the manifest's value once an entry has moved to a release: a range that admits it stays unless another one
 * was asked for, anything else becomes what was asked for as `add` would write it.
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

/** Orders releases with their versions read, newest first; those that the scheme can't read are left out. */
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

/** Tells whether a version is none before its time, as 2.0.0-rc.1 is. */
export function isFinal(version: Version, scheme: VersionScheme): boolean {
  return satisfies(scheme, version, parseRange(scheme, '*'))
}

/** A release whose files are not known yet may hold anything. */
function mayHave({contents, withoutMain}: ReleaseRef, {definition, name}: Wanted): boolean {
  if (withoutMain === true) return false
  return contents === undefined || hasModule(contents, definition.layout, name)
}

function isRange(scheme: VersionScheme, text: string): boolean {
  if (scheme.id === 'build' && packageAlias(text) !== undefined) return true
  try {
    parseRange(scheme, text)
    return true
  } catch {
    return false
  }
}

function idOf({definition, name}: Wanted): ModuleKey {
  return moduleKey(definition.id, name)
}

function unknownModule(wanted: Wanted, all: readonly Dated[], refs: readonly ReleaseRef[]): ProsodyModsError {
  const {id} = wanted.definition
  const lacking = all.length === 0 ? nothingListed(wanted.definition) : undefined
  if (lacking !== undefined)
    return new ProsodyModsError('VERSION_UNSATISFIABLE', lacking.message, {hint: lacking.hint})
  if (all.length === 0 && namesCommits(wanted.definition))
    return noSuchCommit(idOf(wanted), {...wanted, text: wanted.versionText ?? '*', refs})
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

/**
 * Lists the versions that an error of chooseRelease says there are, newest first; undefined where it says nothing of
 * them.
 */
export function availableIn({details}: ProsodyModsError): readonly string[] | undefined {
  const {available} = details
  return Array.isArray(available) ? available.filter((one) => typeof one === 'string') : undefined
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
