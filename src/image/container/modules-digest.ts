import {digestOf, type Digest} from '../../digest.ts'
import {entriesIn} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'

/** The label of an image that says which modules are in it. */
export const modulesLabel = 'prosody-mods.modules'

/** Makes one digest of all files of all locked modules, whoever vouches for them, and of patches of Prosody. */
export function modulesDigest({modules, patches = []}: Lockfile): Digest {
  const lines = entriesIn(modules).map(([key, {integrity}]) => `${key} ${integrity}\n`)
  // Of their order, too.
  const ofProsody = patches.map(({path, digest}) => `prosody ${path} ${digest}\n`)
  return digestOf([...lines.sort(), ...ofProsody].join(''))
}

/** Tells whether the Dockerfile of an image was written for other modules. */
export function isForOthers(dockerfile: string, lock: Lockfile): boolean {
  const found = new RegExp(`"${modulesLabel}"="(sha256:[0-9a-f]{64})"`).exec(dockerfile)?.[1]
  return found !== undefined && found !== modulesDigest(lock)
}
