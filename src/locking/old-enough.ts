import {ProsodyModsError, says} from '../errors.ts'
import {moduleKey} from '../module-key.ts'
import {chooseRelease} from '../resolve/choose.ts'
import type {Wanted} from '../resolve/meaning.ts'
import {ageText, heldBack, namesRelease, youngIn} from '../resolve/release-age.ts'
import type {ReleaseRef} from '../sources/types.ts'
import {schemes} from '../versioning/index.ts'
import type {Workbench} from '../workbench/workbench.ts'

/** Releases that may be chosen, and those that are too young for it. */
interface ByAge {
  readonly old: readonly ReleaseRef[]
  readonly young: readonly ReleaseRef[]
}

/**
 * Tells releases that may be chosen of a module from those that are younger than the manifest's minimumReleaseAge. What
 * the project has locked is taken for old enough: somebody has chosen it.
 */
export function byAge(
  {definition, name}: Pick<Wanted, 'definition' | 'name'>,
  refs: readonly ReleaseRef[],
  {ageRule, lock}: Workbench,
): ByAge {
  if (ageRule === undefined || definition.scheme === 'single') return {old: refs, young: []}
  const isYoung = youngIn(refs, schemes[definition.scheme], ageRule)
  const whole = definition.layout === 'flat' ? `${definition.id}/` : undefined
  const locked = new Set(
    Object.entries(lock?.modules ?? {})
      .filter(([key]) => key === moduleKey(definition.id, name) || (whole && key.startsWith(whole)))
      .map(([, {version}]) => version),
  )
  const young = refs.filter((ref) => isYoung(ref) && !locked.has(ref.version))
  if (young.length === 0) return {old: refs, young}
  const held = new Set(young)
  return {old: refs.filter((ref) => !held.has(ref)), young}
}

/**
 * Finds the release that a request means, as chooseRelease does, among those that are old enough, unless the request
 * names it. Throws what chooseRelease throws, and VERSION_UNSATISFIABLE where only younger ones are meant.
 */
export function chooseOldEnough(wanted: Wanted, refs: readonly ReleaseRef[], bench: Workbench): ReleaseRef {
  if (bench.ageRule === undefined || namesRelease(wanted)) return chooseRelease(wanted, refs)
  const {old, young} = byAge(wanted, refs, bench)
  if (young.length === 0) return chooseRelease(wanted, refs)
  const newest = chooseRelease(wanted, refs)
  try {
    const chosen = chooseRelease(wanted, old)
    if (chosen !== newest) noteHeldBack(wanted, newest, bench)
    return chosen
  } catch (error) {
    throw says(error, 'absent') ? onlyYoung(wanted, newest, bench) : error
  }
}

/** Keeps a release that was held back for the command's result. */
export function noteHeldBack(
  {definition, name}: Pick<Wanted, 'definition' | 'name'>,
  ref: ReleaseRef,
  {ageRule, heldBack: held}: Workbench,
): void {
  const key = moduleKey(definition.id, name)
  if (ageRule !== undefined)
    held.set(key, heldBack(key, ref, {scheme: schemes[definition.scheme], rule: ageRule}))
}

/** Makes the error of a module of which there are only releases that are too young. */
export function onlyYoung(
  {definition, name}: Pick<Wanted, 'definition' | 'name'>,
  ref: ReleaseRef,
  {ageRule}: Workbench,
): ProsodyModsError {
  const key = moduleKey(definition.id, name)
  if (ageRule === undefined) throw new Error('a release is held back by a rule')
  const held = heldBack(key, ref, {scheme: schemes[definition.scheme], rule: ageRule})
  const {version, date, until, minimumReleaseAge} = held
  return new ProsodyModsError(
    'VERSION_UNSATISFIABLE',
    `${key}: no release of it is known to be old enough\n  ${ageText(held)}`,
    {
      hint: `name the version to take it all the same: ${key}@${version}`,
      details: {module: key, version, date, until, minimumReleaseAge},
    },
  )
}

/** Tells whether an error is that there are only releases that are too young. */
export function isOnlyYoung(error: unknown): boolean {
  return error instanceof ProsodyModsError && Object.hasOwn(error.details, 'minimumReleaseAge')
}
