import {ProsodyModsError} from '../errors.ts'
import {isFinal, newestFirst} from '../resolve/choose.ts'
import {commitMeant, otherTags} from '../resolve/commits.ts'
import {refuseMoved, withFound} from '../resolve/found.ts'
import {goneIn, listed, moduleGone, tellingOf, type Gone} from '../resolve/gone.ts'
import {hasModule} from '../resolve/layout.ts'
import {findReleases, listReleases} from '../sources/index.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {listsByModule, type SourceDefinition} from '../sources/kinds.ts'
import {schemes} from '../versioning/index.ts'
import {revisionOf} from '../sources/revision.ts'
import {lockedOf, type Workbench} from '../workbench/workbench.ts'
import {moduleKey} from '../module-key.ts'
import {byAge, noteHeldBack, onlyYoung} from './old-enough.ts'

/** The releases of a module that are known here or at its publisher, and what kept others from being found. */
export interface AllReleases {
  /** Newest first; those that lack the module's main file are none. */
  readonly refs: readonly ReleaseRef[]
  /** Where the newest of all lacks it. */
  readonly gone: Gone | null
  /** Names of tags, where none is a version. */
  readonly otherTags: readonly string[]
  /** Why the publisher was not asked, or did not answer; null where it did. */
  readonly reason: string | null
  /** The same as the error that it was. */
  readonly silence: ProsodyModsError | null
}

/**
 * Finds the releases that are known and those that the publisher has besides. A publisher that can't be reached or
 * asked is a reason, lest one source hide the news of all others: so are an expired index, missing keys, and a
 * repository or suite that is gone. Throws TAG_MOVED, DIGEST_MISMATCH, UPSTREAM_GARBLED and SIGNATURE_*.
 */
export async function allReleases(
  definition: SourceDefinition,
  name: string,
  bench: Workbench,
): Promise<AllReleases> {
  const known = await listReleases(definition, bench.context, name)
  const {found, silence} = await ask(definition, name, bench)
  refuseMoved(lockedOf(definition.id, bench), found, definition.id)
  const all = newestFirst(
    withFound(known, besides(known, found), definition.id),
    schemes[definition.scheme],
  ).map(({ref}) => ref)
  const choice = listed(all)
  const having = choice.filter(({withoutMain}) => withoutMain !== true)
  // Where no tag is a version, the tip of the default branch is what there is.
  const tip = all.length > 0 ? undefined : commitMeant('*', found)
  const refs = tip === undefined ? having : [tip]
  const reason = silence?.code === 'OFFLINE_MISSING' ? '--offline' : (silence?.message ?? null)
  const telling = tellingOf(
    all,
    (ref) => ref,
    ({contents}) => contents === undefined || hasModule(contents, definition.layout, name),
  )
  return {refs, gone: goneIn(telling) ?? null, otherTags: otherTags(found), reason, silence}
}

/**
 * Finds the newest release that is old enough and that has the module, or may have it; undefined where none has. Throws
 * MODULE_GONE, UNREACHABLE, OFFLINE_MISSING, TAG_MOVED, UPSTREAM_GARBLED, VERSION_UNSATISFIABLE where all are too young.
 */
export async function newestOfAll(
  definition: SourceDefinition,
  name: string,
  bench: Workbench,
): Promise<ReleaseRef | undefined> {
  const {refs, gone, silence} = await allReleases(definition, name, bench)
  if (silence !== null) throw silence
  if (gone !== null) throw moduleGone(moduleKey(definition.id, name), gone)
  const having = refs.filter(
    ({contents}) => contents === undefined || hasModule(contents, definition.layout, name),
  )
  const wanted = {definition, name}
  const {old, young} = byAge(wanted, having, bench)
  const [newest, chosen] = [newestFinal(having, definition), newestFinal(old, definition)]
  if (newest === undefined || newest === chosen || young.length === 0) return newest
  if (chosen === undefined) throw onlyYoung(wanted, newest, bench)
  noteHeldBack(wanted, newest, bench)
  return chosen
}

function newestFinal(refs: readonly ReleaseRef[], {scheme: id}: SourceDefinition): ReleaseRef | undefined {
  const scheme = schemes[id]
  const final = newestFirst(refs, scheme).find(({version}) => isFinal(version, scheme))
  return final?.ref ?? refs[0]
}

/**
 * Of a day that the registry knows the last revision of, an earlier one is no version of its own; that the module was
 * retired on that day is told all the same. A revision that the registry knows has nothing to add.
 */
function besides(known: readonly ReleaseRef[], found: readonly ReleaseRef[]): readonly ReleaseRef[] {
  const days = new Set(known.map(({version}) => version))
  const revisions = new Set(known.map((ref) => revisionOf(ref)))
  return found.filter(
    (ref) =>
      !listsByModule(ref.resolved) ||
      (!revisions.has(revisionOf(ref)) && (ref.withoutMain === true || !days.has(ref.version))),
  )
}

async function ask(
  definition: SourceDefinition,
  name: string,
  {context}: Workbench,
): Promise<{readonly found: readonly ReleaseRef[]; readonly silence: ProsodyModsError | null}> {
  try {
    const query = {module: name, versionText: undefined, all: true} as const
    return {found: await findReleases(definition, query, context), silence: null}
  } catch (error) {
    const silent =
      error instanceof ProsodyModsError &&
      ['UNREACHABLE', 'OFFLINE_MISSING', 'INDEX_EXPIRED', 'CONFIG_INVALID', 'SOURCE_UNKNOWN'].includes(
        error.code,
      )
    if (!silent) throw error
    return {found: [], silence: error}
  }
}
