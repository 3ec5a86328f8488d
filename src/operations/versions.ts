import {ProsodyModsError} from '../errors.ts'
import {splitKey, entriesIn, keysIn, type ModuleKey, moduleKey} from '../module-key.ts'
import type {Lockfile} from '../project/lockfile.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import {digestIn, moduleNames, selectModule} from '../resolve/layout.ts'
import {moduleGone, type Gone} from '../resolve/gone.ts'
import {isPublished, ownerOf} from '../resolve/owners.ts'
import {parseSpec} from '../resolve/spec.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {listsByModule, type SourceDefinition} from '../sources/kinds.ts'
import type {Environment} from '../workbench/environment.ts'
import {originOf, type Origin} from '../locking/origin.ts'
import {allReleases} from '../locking/all-releases.ts'
import {projectOrNone} from '../workbench/open-project.ts'
import {unknownSource} from '../workbench/definition-for.ts'
import {refuseAbsent} from '../locking/newest-has.ts'
import {misspelled, notThere, similarIn} from '../locking/similar-names.ts'
import {whereItWent} from '../locking/where-it-went.ts'
import {withWorkbench} from '../workbench/workbench.ts'
import {revisionOf, tagOf, branchOf} from '../sources/revision.ts'

/** What `versions` is asked for. */
export interface VersionsRequest {
  /** `[source/]name` or a source. */
  readonly spec: string
  readonly offline: boolean
}

/** A version that a module has. */
export interface ListedVersion {
  readonly version: string
  readonly revision: string | null
  /** The UTC date, YYYY-MM-DD; null where the publisher's list does not say. */
  readonly date: string | null
  readonly tag: string | null
  /** The branch whose tip it is, of a repository without versions. */
  readonly branch: string | null
  readonly from: Origin
  /** Whether its files are those of the version before; null where they are not known. */
  readonly sameAsPrevious: boolean | null
  /** Whether the project has it locked. */
  readonly locked: boolean
}

/** What `versions` found; the shape is part of --json (docs/reference/json.md). */
export interface VersionsResult {
  /** source/name */
  readonly module: ModuleKey
  /** Whether the publisher was asked and answered. */
  readonly asked: boolean
  /** Why the publisher was not asked, or did not answer. */
  readonly reason: string | null
  /** The versions, newest first; a release without the module's main file is none. */
  readonly versions: readonly ListedVersion[]
  /** Names of tags, where none of the repository's is a version. */
  readonly otherTags: readonly string[]
  /** Where the publisher has retired the module: since when, and where it went. */
  readonly gone: (Gone & {readonly notes: readonly string[]}) | null
}

/**
 * Lists the versions that the registry knows and those that the publisher has besides; in a project its sources and
 * mirrors count. Throws SPEC_INVALID, MODULE_UNKNOWN, MODULE_AMBIGUOUS, SOURCE_UNKNOWN, TAG_MOVED, UPSTREAM_GARBLED; a
 * publisher that can't be reached is told in the result.
 */
export async function versions(request: VersionsRequest, environment: Environment): Promise<VersionsResult> {
  const project = await projectOrNone(environment)
  return withWorkbench(environment, {...project, offline: request.offline}, async (bench) => {
    const {manifest} = project
    const {source, name} = wantedOf(request.spec, manifest, environment)
    const key = moduleKey(source, name)
    const definition = sourceDefinition(source, manifest, environment.registry)
    if (definition === undefined) throw unknownSource(key, manifest, environment.registry)
    const {refs, gone, otherTags, reason, silence} = await allReleases(definition, name, bench)
    const locked = lockedVersions(project.lock, source, name)
    const having = refs.filter((ref) => filesOf(ref, definition, name) !== undefined)
    const {registry} = environment
    // Of a source that the registry knows, it names all modules, those without a known release, too.
    const isNowhere = registry.index.sources.includes(source) && !isPublished(key, registry)
    if (having.length === 0 && gone !== null) throw moduleGone(key, gone)
    const wanted = {definition, name, versionText: undefined}
    const similar = similarIn(wanted, bench)
    const isKnown = having.some(({contents}) => contents !== undefined) || listsByModule(definition)
    if (similar.length > 0 && (having.length === 0 || !isKnown))
      throw misspelled(wanted, similar, silence ?? undefined)
    if (having.length === 0 && (reason === null || isNowhere))
      throw await notThere(wanted, noVersion(key, reason), bench)
    if (locked.size === 0) await refuseAbsent(having[0], {definition, name}, bench)
    return {
      module: key,
      asked: reason === null,
      reason,
      versions: having.map((ref, index) =>
        listed(ref, {before: having[index + 1], definition, name}, locked),
      ),
      otherTags,
      gone: gone && {...gone, notes: whereItWent(key, manifest, registry).notes},
    }
  })
}

/** Of a module, or its whole tree; of a source, every version that one of its modules has. */
function lockedVersions({modules}: Lockfile, source: string, name: string): ReadonlySet<string> {
  const meant = entriesIn(modules).filter(([key]) => {
    const [id, module] = splitKey(key)
    return id === source && (name === '*' || module === name || module === '*')
  })
  return new Set(meant.map(([, module]) => identityOf(module)))
}

/** A version alone may be another commit, or another package, than it was. */
function identityOf({version, resolved}: Pick<ReleaseRef, 'version' | 'resolved'>): string {
  const revision = 'revision' in resolved ? resolved.revision : null
  const sha256 = 'sha256' in resolved ? (resolved.sha256 ?? null) : null
  return JSON.stringify([version, revision, sha256])
}

function wantedOf(
  text: string,
  manifest: Manifest,
  {registry}: Environment,
): {readonly source: string; readonly name: string} {
  const spec = parseSpec(text)
  if (spec.kind !== 'module' || spec.versionText !== undefined) {
    throw new ProsodyModsError('SPEC_INVALID', `${text}: versions are listed of modules and sources`, {
      hint: 'write a name without a version: prosody-mods versions jitsi',
    })
  }
  if (spec.source !== undefined) return {source: spec.source, name: spec.name}
  return ownerOf(
    {
      name: spec.name,
      manifestKeys: keysIn(manifest.modules),
      declaredSources: Object.keys(manifest.sources ?? {}),
    },
    registry,
  )
}

/** The module's digests in a text that two releases can be compared by; '' where they are not known yet. */
function filesOf({contents}: ReleaseRef, {layout}: SourceDefinition, name: string): string | undefined {
  if (contents === undefined) return ''
  // A release of a source before it had any module is none to take.
  if (name === '*' && moduleNames(contents, layout).length === 0) return undefined
  const whole = (): Iterable<[string, string]> => [...contents.files.keys()].map((path) => [path, path])
  const selection = name === '*' ? whole() : selectModule(contents, layout, name)
  if (selection === undefined) return undefined
  const files = [...selection].map(([path, from]) => `${path} ${digestIn(contents, from)}`)
  return files.sort().join('\n')
}

interface Beside {
  readonly before: ReleaseRef | undefined
  readonly definition: SourceDefinition
  readonly name: string
}

function listed(
  ref: ReleaseRef,
  {before, definition, name}: Beside,
  locked: ReadonlySet<string>,
): ListedVersion {
  const [own, previous] = [ref, before].map((one) => one && filesOf(one, definition, name))
  const comparable = Boolean(own) && Boolean(previous)
  return {
    version: ref.version,
    revision: revisionOf(ref) ?? null,
    date: ref.date ?? null,
    tag: tagOf(ref) ?? null,
    branch: branchOf(ref) ?? null,
    from: originOf(ref, definition),
    sameAsPrevious: comparable ? own === previous : null,
    locked: locked.has(identityOf(ref)),
  }
}

function noVersion(key: ModuleKey, reason: string | null): ProsodyModsError {
  return new ProsodyModsError(
    'MODULE_UNKNOWN',
    reason === null
      ? `${key}: neither the registry nor its publisher has such a module`
      : `${key}: the registry has no such module, and its publisher was not asked: ${reason}`,
    {
      hint: 'search with "prosody-mods search <word>"',
      details: {module: key},
    },
  )
}
