import {ProsodyModsError} from '../errors.ts'
import {splitKey} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {trustOf} from '../resolve/trust.ts'
import {listFiles, locate} from '../sources/index.ts'
import type {ReleaseContents, ReleaseRef} from '../sources/types.ts'
import {namesCommits, type SourceDefinition} from '../sources/kinds.ts'
import type {Workbench} from '../workbench/workbench.ts'
import {isCommit} from '../resolve/commits.ts'

/** A release that no registry knows: its digests are taken from what is there now, if the policy allows. */
export async function firstUse(
  key: string,
  {
    ref,
    definition,
    manifest,
  }: {readonly ref: ReleaseRef; readonly definition: SourceDefinition; readonly manifest: Manifest},
  bench: Workbench,
): Promise<ReleaseContents> {
  if (manifest.trust === 'registry' && trustOf(ref, definition, []).by === 'first-use') {
    throw new ProsodyModsError(
      'DIGEST_UNKNOWN',
      `${key}: no digest is known, and the manifest says "trust": "registry"`,
      {
        hint: 'give the digest yourself (#sha256=… behind the URL, "sha256" in the source)',
      },
    )
  }
  const locations = await locate(ref.resolved, splitKey(key)[1], bench.context)
  try {
    return await bench.session.contents(key, locations)
  } catch (error) {
    if (isNotThere(error, ref)) throw noCommit(key, ref)
    const single = locations.find(({type}) => type === 'files')
    if (single?.type !== 'files' || !refusesArchives(error)) throw error
    const listed = await listFiles(ref.resolved, splitKey(key)[1], bench.context)
    if (listed === undefined) throw error
    return bench.session.contentsOfFiles(key, single, listed)
  }
}

/** hgweb's own answer where its configuration allows no archives, which is how it comes. */
function refusesArchives(error: unknown): boolean {
  if (!(error instanceof ProsodyModsError) || error.code !== 'UNREACHABLE') return false
  const locations = error.details['locations'] as readonly {readonly reason: string}[]
  return locations.some(({reason}) => reason.startsWith('HTTP 403'))
}

/** Whether a commit that nobody had listed turned out not to be: every location answers, and none has it. */
function isNotThere(error: unknown, {version, resolved}: ReleaseRef): boolean {
  if (!(error instanceof ProsodyModsError) || error.code !== 'UNREACHABLE' || !namesCommits(resolved))
    return false
  if (!isCommit({version, resolved})) return false
  const locations = error.details['locations'] as readonly {readonly reason: string}[]
  return locations.length > 0 && locations.every(({reason}) => reason === 'HTTP 404')
}

function noCommit(key: string, {version, resolved}: ReleaseRef): ProsodyModsError {
  const repository = 'repository' in resolved ? resolved.repository : ''
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${key}@${version}: ${repository} has no such commit, tag or branch`,
    {
      hint: `prosody-mods versions ${splitKey(key)[0]} lists what there is`,
      details: {requested: version},
    },
  )
}

/** A commit that was named by its first digits, by all of them, which its archive tells. */
export function withWholeCommit(key: string, ref: ReleaseRef, {commit}: ReleaseContents): ReleaseRef {
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
