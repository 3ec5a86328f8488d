import {ProsodyModsError} from '../../errors.ts'
import {entriesIn} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
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
 * Throws LOCKFILE_OUTDATED for local folders, which are read anew: they must still hold what was locked.
 */
export function refuseChanges(previous: Lockfile, lock: Lockfile, flag: Flag): void {
  const changed = entriesIn(lock.modules).filter(
    ([key, {integrity}]) => previous.modules[key]?.integrity !== integrity,
  )
  if (changed.length === 0) return
  throw outdatedLock(
    changed.map(([key]) => ({
      key,
      kind: 'other-version',
      text: `${key}: its folder holds other files than when it was locked`,
    })),
    flag,
  )
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
