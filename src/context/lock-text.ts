import {formatLockfile, type Lockfile} from '../project/lockfile.ts'
import type {Trust} from '../project/lockfile.ts'
import {entriesIn} from '../module-key.ts'

/**
 * Returns the text that a lockfile is to have: as it stands where nothing but its marks would change, and those for the
 * better. What vouches for digests is looked up anew by each command, so that a registry that knows more is no reason
 * to touch the file.
 */
export function lockText(present: string | undefined, lock: Lockfile): string {
  const text = formatLockfile(lock)
  if (present === undefined || present === text) return text
  const before = readLock(present)
  if (before === undefined) return text
  const marked = entriesIn(lock.modules).map(([key, locked]) => {
    const trust = Object.hasOwn(before.modules, key) ? before.modules[key]?.trust : undefined
    return [key, trust !== undefined && isRaised(trust, locked.trust) ? {...locked, trust} : locked] as const
  })
  return formatLockfile({...lock, modules: Object.fromEntries(marked)}) === present ? present : text
}

/** It was read before, and found to be one. */
function readLock(text: string): Lockfile | undefined {
  try {
    return JSON.parse(text) as Lockfile
  } catch {
    return undefined
  }
}

const ranks = ['first-use', 'fork', 'debian', 'upstream'] as const

function isRaised(before: Trust, after: Trust): boolean {
  const [one, other] = [rankOf(before), rankOf(after)]
  return one >= 0 && other > one
}

/** Less than nought for what the user or an archive vouches for. */
function rankOf({by, basis}: Trust): number {
  const what = by === 'first-use' ? by : by === 'registry' ? basis : undefined
  return ranks.findIndex((rank) => rank === what)
}
