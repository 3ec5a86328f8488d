import {mainFile} from '../module-name.ts'
import {ProsodyModsError} from '../errors.ts'
import {revisionOf} from '../sources/revision.ts'
import type {ReleaseRef} from '../sources/types.ts'
import type {ModuleKey} from '../module-key.ts'

/** A module that its publisher has taken the code out of. */
export interface Gone {
  /** The first release that is known to lack the main file. */
  readonly since: string
  /** The newest release before, which has it, or its revision where it is no version; null where none is known. */
  readonly last: string | null
}

/** Chooses the releases that are versions to choose from, rather than found by their names alone. */
export function listed(refs: readonly ReleaseRef[]): readonly ReleaseRef[] {
  return refs.filter(({foundBy}) => foundBy === undefined)
}

/**
 * Tells what the releases of one module say when the newest of them has no main file; undefined where it has.
 * @param refs newest first
 */
export function goneIn(refs: readonly ReleaseRef[]): Gone | undefined {
  const days = listed(refs)
  const at = days.findIndex(hasMain)
  const lacking = at === -1 ? days : days.slice(0, at)
  const since = lacking.at(-1)?.version
  return since === undefined ? undefined : {since, last: days[at]?.version ?? lastRevision(refs) ?? null}
}

function hasMain({withoutMain}: ReleaseRef): boolean {
  return withoutMain !== true
}

/** Of a module that came and went on one day. */
function lastRevision(refs: readonly ReleaseRef[]): string | undefined {
  const ref = refs.find(hasMain)
  return ref && revisionOf(ref)?.slice(0, 12)
}

/**
 * Chooses the releases that say something of a module: those that have it, or may, and those of which its publisher
 * says that they lack its main file. What a registry knows of others need not be all that they hold. All, where nobody
 * said so.
 */
export function tellingOf<T>(
  all: readonly T[],
  refOf: (one: T) => ReleaseRef,
  mayHave: (ref: ReleaseRef) => boolean,
): readonly T[] {
  if (!all.some((one) => refOf(one).withoutMain === true)) return all
  return all.filter((one) => refOf(one).withoutMain === true || mayHave(refOf(one)))
}

/**
 * Makes the error of a module that its publisher has retired: MODULE_GONE.
 * @param key source/name
 */
export function moduleGone(key: ModuleKey, {since, last}: Gone): ProsodyModsError {
  const file = mainFile(key.slice(key.indexOf('/') + 1))
  if (last === null) {
    return new ProsodyModsError(
      'MODULE_UNKNOWN',
      `${key}: its publisher has a folder of that name, and no ${file} in it: it is no module that Prosody could load`,
      {
        hint: 'its README may say how it is to be installed; what Prosody can load is found with "prosody-mods search <word>"',
        details: {module: key},
      },
    )
  }
  return new ProsodyModsError(
    'MODULE_GONE',
    `${key}: its publisher has retired it: there is no ${file} any more since ${since}\n  the last version with code is ${last}`,
    {
      hint: `to have that one all the same: prosody-mods add ${key}@${last}`,
      details: {gone: [key], release: since, newestWithAll: last, moves: []},
    },
  )
}
