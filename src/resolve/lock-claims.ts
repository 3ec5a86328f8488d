import {moduleOfPath} from '../module-name.ts'
import {toDigest} from '../digest.ts'
import {splitKey, type ModuleKey, entriesIn, keysIn} from '../module-key.ts'
import {asPublished, type LockedModule, type Lockfile, type Trust} from '../project/lockfile.ts'
import {sourceDefinition, versionIn, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import {knownRelease, knownReleases} from '../sources/known-releases.ts'
import type {ReleaseContents, ReleaseRef} from '../sources/types.ts'
import {describeSource, type SourceDefinition} from '../sources/kinds.ts'
import {calendar, looksLikeRevision} from '../versioning/calendar.ts'
import {fits} from './fits.ts'
import {hasModule, selectModule} from './layout.ts'
import {serversOf} from './libraries.ts'
import {mayLieAt} from './placed.ts'
import {trustOf} from './trust.ts'
import {revisionOf} from '../sources/revision.ts'

/** Something that a lockfile says otherwise than the registry, which knows it. */
export interface Dispute {
  /** source/name */
  readonly key: ModuleKey
  readonly version: string
  readonly about: 'source' | 'version' | 'revision' | 'file' | 'library'
  /** Below the source's folder in the context, or the Lua library; null where it is about neither. */
  readonly path: string | null
  /** What the registry says; null where it has no such file, or serves no such library. */
  readonly registry: string | null
  readonly lockfile: string
}

/** What the registry knows of a locked module. */
interface Known {
  readonly ref: ReleaseRef
  readonly contents: ReleaseContents
}

/**
 * Lists every claim of a lockfile that the registry can refute: where a module of one of its sources comes from,
 * which revision a version is, what its files are, and which package or rock serves a Lua library. A release that it
 * does not know is refuted by nothing.
 */
export function disputesOf(lock: Lockfile, manifest: Manifest, registry: Registry): Dispute[] {
  const modules = entriesIn(lock.modules)
  return [
    ...releaseDisputes(modules, manifest, registry),
    ...modules.flatMap(([key, locked]) => libraryDisputes(key, locked, registry)),
  ]
}

/** Of what is installed into an image by its name, the name must be one that the registry has for that library. */
function libraryDisputes(key: ModuleKey, locked: LockedModule, registry: Registry): Dispute[] {
  const {libraries = {}, optional = {}} = locked.needs ?? {}
  const claims = [...Object.entries(libraries), ...Object.entries(optional.libraries ?? {})]
  return claims.flatMap(([library, claim]) => {
    if (!/^(?:debian|copy|rock):/.test(claim)) return []
    const names = serversOf(library, registry.libraries)
    // A lockfile may be older than the registry: its rock may be of another version.
    if (names.includes(claim.replace(/@.*$/, ''))) return []
    return [
      {
        key,
        version: locked.version,
        about: 'library',
        path: library,
        registry: names.length === 0 ? null : names.join(', '),
        lockfile: claim,
      },
    ]
  })
}

function releaseDisputes(
  modules: readonly (readonly [key: ModuleKey, locked: LockedModule])[],
  manifest: Manifest,
  registry: Registry,
): Dispute[] {
  return modules.flatMap(([key, written]) => {
    const locked = asPublished(written)
    const definition = registry.source(splitKey(key)[0])
    if (definition === undefined) return []
    const about = {key, version: locked.version, path: null}
    if (!fits(definition, locked))
      return [
        {
          ...about,
          about: 'source',
          registry: `${definition.kind} ${describeSource(definition)}, layout ${definition.layout}`,
          lockfile: `${JSON.stringify(locked.resolved)}, layout ${locked.layout}`,
        } as const,
      ]
    const known = knownOf(key, locked, {definition, manifest, registry})
    if (known === undefined) return []
    const named = nameDispute(locked, known)
    return named === undefined ? fileDisputes(key, locked, known) : [{...about, ...named}]
  })
}

/** Returns the lockfile with the marks that its digests deserve, whatever it says of them itself. */
export function withMarks(lock: Lockfile, manifest: Manifest, registry: Registry): Lockfile {
  const modules = entriesIn(lock.modules).map(([key, locked]) => {
    const definition = sourceDefinition(splitKey(key)[0], manifest, registry)
    if (definition === undefined) return [key, locked] as const
    return [key, {...locked, trust: markOf(key, locked, {definition, manifest, registry})}] as const
  })
  return {...lock, modules: Object.fromEntries(modules)}
}

/** Lists the keys of modules in a lockfile whose digests nobody vouches for. */
export function onFirstUse({modules}: Lockfile): string[] {
  return keysIn(modules).filter((key) => modules[key]?.trust.by === 'first-use')
}

/**
 * Lists the Lua files that the registry knows of a locked module and the lockfile does not have: without them Prosody
 * would load what lies behind, or nothing. [] for releases that the registry does not know.
 */
export function omittedFrom(key: ModuleKey, written: LockedModule, world: World): string[] {
  const locked = asPublished(written)
  const known = knownOf(key, locked, world)
  if (known === undefined) return []
  const selected = selectModule(known.contents, locked.layout, splitKey(key)[1])
  return [...(selected?.keys() ?? [])].filter(
    (path) =>
      path.endsWith('.lua') &&
      !Object.hasOwn(locked.files, path) &&
      locked.except?.includes(moduleOfPath(path) ?? '') !== true,
  )
}

/** What claims about one locked module are judged by. */
export interface World {
  readonly definition: SourceDefinition
  readonly manifest: Manifest
  readonly registry: Registry
}

function markOf(key: ModuleKey, written: LockedModule, world: World): Trust {
  const locked = asPublished(written)
  const known = knownOf(key, locked, world)
  const bases = Object.keys(locked.files).map(
    (path) => known?.contents.files.get(fromOf(locked, path))?.basis,
  )
  return trustOf(known?.ref ?? {}, world.definition, bases)
}

/** The release that the registry knows by the locked version or revision, where it has the module. */
function knownOf(key: ModuleKey, locked: LockedModule, world: World): Known | undefined {
  const {definition, registry} = world
  const published = registry.source(definition.id)
  if (published === undefined) return undefined
  const exact = exactOf(key, locked, {published, registry})
  return withContents(exact ?? nearest(key, locked, {...world, published}), definition, splitKey(key)[1])
}

/** Returns what the registry knows the locked version and revision to hold; undefined where it does not know them. */
export function knownContents(
  key: ModuleKey,
  locked: LockedModule,
  {definition, registry}: Omit<World, 'manifest'>,
): ReleaseContents | undefined {
  return exactOf(key, locked, {published: definition, registry})?.contents
}

interface Exact {
  readonly key: ModuleKey
  readonly version: string
  readonly registry: Registry
  readonly ref: ReleaseRef | undefined
}

/** A command asks this of each module several times; copies of an entry share what it was resolved to. */
const exacts = new WeakMap<LockedModule['resolved'], Exact>()

/** The release of the locked version and revision. */
function exactOf(
  key: ModuleKey,
  {version, resolved}: LockedModule,
  {published, registry}: {readonly published: SourceDefinition; readonly registry: Registry},
): ReleaseRef | undefined {
  const before = exacts.get(resolved)
  if (before?.key === key && before.version === version && before.registry === registry) return before.ref
  const own = revisionOf({resolved})
  const isRevision = (revision: string): boolean => sameRevision(revision, own)
  const ref = knownRelease(published, {module: splitKey(key)[1], version, isRevision}, {registry})
  exacts.set(resolved, {key, version, registry, ref})
  return ref
}

function withContents(
  ref: ReleaseRef | undefined,
  {layout}: SourceDefinition,
  name: string,
): Known | undefined {
  const contents = ref?.contents
  if (ref === undefined || contents === undefined) return undefined
  return hasModule(contents, layout, name) ? {ref, contents} : undefined
}

/** The release of the locked version that has another revision, or of the locked revision with another version. */
function nearest(
  key: ModuleKey,
  locked: LockedModule,
  {manifest, registry, published}: World & {readonly published: SourceDefinition},
): ReleaseRef | undefined {
  const refs = knownReleases(published, {registry}, splitKey(key)[1])
  const isSame = (ref: ReleaseRef): boolean => sameRevision(revisionOf(ref), revisionOf(locked))
  // A day or a number may have another revision than the registry's, where the manifest names that one.
  const pinned = versionIn(manifest, key) ?? ''
  const byRevision = looksLikeRevision(pinned) && sameRevision(revisionOf(locked), pinned)
  return (
    (byRevision ? undefined : refs.find((one) => one.version === locked.version && isWhole(one))) ??
    refs.find(isSame)
  )
}

/**
 * Whether a version is one revision and no other. Of a module with a history it is a day, at the end of which the
 * repository had other revisions, too: what these are is not known here.
 */
function isWhole({foundBy, until}: ReleaseRef): boolean {
  return until === undefined && foundBy !== 'revision'
}

function nameDispute(
  locked: LockedModule,
  {ref}: Known,
): Pick<Dispute, 'about' | 'registry' | 'lockfile'> | undefined {
  const [here, there] = [revisionOf(locked), revisionOf(ref)]
  if (!sameRevision(there, here))
    return {about: 'revision', registry: there ?? null, lockfile: here ?? 'no revision'}
  // A revision that had no version when it was locked is its own.
  if (ref.version === locked.version || locked.version === here) return undefined
  // A change that came in late has the day of the one before it, and its publisher the one that it says.
  if (ref.foundBy !== 'name' && sameDay(ref.date, locked.version)) return undefined
  return {about: 'version', registry: ref.version, lockfile: locked.version}
}

function fileDisputes(key: ModuleKey, locked: LockedModule, {contents}: Known): Dispute[] {
  const [, name] = splitKey(key)
  return Object.entries(locked.files).flatMap(([path, digest]): Dispute[] => {
    const from = fromOf(locked, path)
    const about = {key, version: locked.version, about: 'file', path, lockfile: digest} as const
    const expected = contents.files.get(from)?.sha256
    if (expected === undefined) return [{...about, registry: null}]
    if (digest !== toDigest(expected)) return [{...about, registry: toDigest(expected)}]
    if (mayLieAt(contents, {layout: locked.layout, name, path}, from)) return []
    return [{...about, registry: null, lockfile: `${digest} from ${from}`}]
  })
}

function sameDay(date: string | undefined, version: string): boolean {
  return date !== undefined && calendar.parse(date)?.text === version
}

/** A registry may know a revision by its first digits only. */
function sameRevision(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a))
}

function fromOf({from = {}}: LockedModule, path: string): string {
  return (Object.hasOwn(from, path) ? from[path] : undefined) ?? path
}
