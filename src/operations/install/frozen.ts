import {ProsodyModsError} from '../../errors.ts'
import {entriesIn} from '../../module-key.ts'
import {asPublished, type LockedModule, type LockedPatch, type Lockfile} from '../../project/lockfile.ts'
import type {Project} from '../../project/project.ts'
import {outOfDate, type OutOfDate} from '../../resolve/out-of-date.ts'
import type {Environment} from '../../workbench/environment.ts'

/** What was asked for that goes by the lockfile alone. */
type Flag = '--frozen' | '--destdir'

/** Returns the lockfile of a project that it must follow. Throws LOCKFILE_MISSING and LOCKFILE_OUTDATED. */
export function frozenLock(project: Project, {registry}: Environment, flag: Flag): Lockfile {
  if (project.lock === undefined) {
    throw new ProsodyModsError('LOCKFILE_MISSING', `${flag}: there is no prosody-mods.lock.json`, {
      hint: 'run "prosody-mods install" once and commit the lockfile',
    })
  }
  const found = outOfDate(project.manifest, project.lock, registry)
  if (found.length > 0) throw outdatedLock(found, flag)
  return project.lock
}

/**
 * Throws LOCKFILE_OUTDATED for local folders and patches, which are read anew: they must still hold what was locked.
 */
export function refuseChanges(previous: Lockfile, lock: Lockfile, flag: Flag): void {
  const found = entriesIn(lock.modules).flatMap(([key, locked]): OutOfDate[] => {
    const before = previous.modules[key]
    if (before !== undefined && asPublished(before).integrity !== asPublished(locked).integrity)
      return [
        {key, kind: 'other-version', text: `${key}: its folder holds other files than when it was locked`},
      ]
    const text = patchesChanged(before, locked)
    return text === undefined ? [] : [{key, kind: 'other-patches', text: `${key}: ${text}`}]
  })
  const ofProsody = otherDigest(previous.patches, lock.patches)
  if (ofProsody !== undefined)
    found.push({key: '', kind: 'other-patches', text: `${ofProsody} is not what it was when it was locked`})
  if (found.length > 0) throw outdatedLock(found, flag)
}

/** What the lockfile says of patches is found out anew from them and from the published files. */
function patchesChanged(
  before: LockedModule | undefined,
  {patches = [], integrity}: LockedModule,
): string | undefined {
  const other = otherDigest(before?.patches, patches)
  if (other !== undefined) return `${other} is not what it was when it was locked`
  const isSame = JSON.stringify(before?.patches ?? []) === JSON.stringify(patches)
  return before?.integrity === integrity && isSame
    ? undefined
    : 'its files are not what its patches make of the published ones'
}

function otherDigest(
  before: readonly LockedPatch[] = [],
  after: readonly LockedPatch[] = [],
): string | undefined {
  const digests = new Map(before.map(({path, digest}) => [path, digest]))
  return after.find(({path, digest}) => digests.get(path) !== digest)?.path
}

/**
 * Makes the error of a lockfile that does not follow the manifest.
 * @param flag of install, where that must follow the lockfile
 */
export function outdatedLock(found: readonly OutOfDate[], flag?: Flag): ProsodyModsError {
  const [prefix, without] = flag === undefined ? ['', ''] : [`${flag}: `, ` without ${flag}`]
  return new ProsodyModsError(
    'LOCKFILE_OUTDATED',
    `${prefix}the lockfile does not follow the manifest\n  ${found.map(({text}) => text).join('\n  ')}`,
    {
      hint: `run "prosody-mods install"${without} and commit the lockfile`,
      details: {differences: found},
    },
  )
}
