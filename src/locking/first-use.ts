import {ProsodyModsError} from '../errors.ts'
import type {ModuleKey} from '../module-key.ts'
import type {Manifest} from '../project/manifest.ts'
import {trustOf} from '../resolve/trust.ts'
import {listFiles, locate} from '../sources/index.ts'
import type {ReleaseContents, ReleaseRef} from '../sources/types.ts'
import {namesCommits, type SourceDefinition} from '../sources/kinds.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {isCommit} from '../resolve/commits.ts'
import {failuresOf} from '../workbench/fetch-failures.ts'

/** A release that is seen for the first time. */
interface FirstSeen {
  readonly ref: ReleaseRef
  readonly definition: SourceDefinition
  readonly manifest: Manifest
  /** The module that is wanted of it, or `*`. */
  readonly module: string
}

/**
 * Fetches a release that no registry knows: its digests are taken from what is there now, if the policy allows.
 * @param about what is locked, for messages: a module's key, or a source where no module is named yet
 */
export async function firstUse(
  about: string,
  {ref, definition, manifest, module}: FirstSeen,
  bench: Workbench,
): Promise<ReleaseContents> {
  if (manifest.trust === 'registry' && trustOf(ref, definition, []).by === 'first-use') {
    throw new ProsodyModsError(
      'DIGEST_UNKNOWN',
      `${about}: no digest is known, and the manifest says "trust": "registry"`,
      {
        hint: 'give the digest yourself (#sha256=… behind the URL, "sha256" in the source)',
      },
    )
  }
  const locations = await locate(ref.resolved, module, bench.context)
  try {
    return await bench.session.contents(about, locations)
  } catch (error) {
    if (isNotThere(error, ref)) throw noCommit(about, ref, definition)
    const single = locations.find(({type}) => type === 'files')
    if (single?.type !== 'files' || !refusesArchives(error)) throw error
    const listed = await listFiles(ref.resolved, module, bench.context)
    if (listed === undefined) throw error
    return bench.session.contentsOfFiles(about, single, listed)
  }
}

/** hgweb's own answer where its configuration allows no archives, which is how it comes. */
function refusesArchives(error: unknown): boolean {
  return failuresOf(error).some(({reason}) => reason.startsWith('HTTP 403'))
}

/** Whether a commit that nobody had listed turned out not to be: every location answers, and none has it. */
function isNotThere(error: unknown, {version, resolved}: ReleaseRef): boolean {
  if (!namesCommits(resolved) || !isCommit({version, resolved})) return false
  const failures = failuresOf(error)
  return failures.length > 0 && failures.every(({reason}) => reason === 'HTTP 404')
}

function noCommit(about: string, {version, resolved}: ReleaseRef, {id}: SourceDefinition): ProsodyModsError {
  const repository = 'repository' in resolved ? resolved.repository : ''
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${about}@${version}: ${repository} has no such commit, tag or branch`,
    {
      hint: `"prosody-mods versions ${id}" lists what there is`,
      details: {requested: version},
    },
  )
}

/**
 * Completes a commit that was named by its first digits, from what its archive tells. Throws VERSION_UNSATISFIABLE
 * where that tells of none, or of another one.
 */
export function withWholeCommit(key: ModuleKey, ref: ReleaseRef, {commit}: ReleaseContents): ReleaseRef {
  const {resolved} = ref
  if (!('revision' in resolved) || !namesCommits(resolved) || ref.contents !== undefined) return ref
  if (resolved.revision.length === 40) return ref
  if (commit?.startsWith(resolved.revision) === true)
    return {...ref, version: commit, resolved: {...resolved, revision: commit}}
  throw new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${key}@${ref.version}: the archive does not say which commit it is of`,
    {
      hint: 'name the commit by its 40 digits',
      details: {requested: ref.version},
    },
  )
}
