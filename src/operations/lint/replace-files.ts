import {randomBytes} from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {readRegular} from '../../regular-file.ts'
import {dirname, join} from 'node:path'
import {syncFile, syncFolder, writeFailed} from '../../durable.ts'

/** A file that is to have other bytes. */
export interface Replacement {
  /** The path, absolute, without links on the way. */
  readonly path: string
  readonly before: Buffer
  readonly after: Buffer
}

/** How files are called that are about to take the place of others. */
export const stagedName = /^\.prosody-mods-[0-9a-f]{12}$/

/**
 * Replaces files, each in one step that keeps mode and owner, once the bytes of all of them are safe on the disk. Gives
 * those whose bytes are not `before` any more, which are left alone. Throws WRITE_FAILED.
 */
export async function replaceFiles(replacements: readonly Replacement[]): Promise<Replacement[]> {
  const staged = new Map<Replacement, string>()
  const changed: Replacement[] = []
  try {
    for (const one of replacements) await stage(one, staged)
    for (const [one, fresh] of staged) {
      if (isStill(one)) putInPlace(fresh, one.path)
      else changed.push(one)
    }
    const folders = new Set(replacements.map(({path}) => dirname(path)))
    for (const folder of folders) await syncFolder(folder)
    return changed
  } finally {
    for (const fresh of staged.values()) rmSync(fresh, {force: true})
  }
}

function isStill({path, before}: Replacement): boolean {
  try {
    return readRegular(path, 'module').equals(before)
  } catch {
    return false
  }
}

function putInPlace(fresh: string, path: string): void {
  try {
    renameSync(fresh, path)
  } catch (error) {
    throw writeFailed(path, error)
  }
}

async function stage(one: Replacement, staged: Map<Replacement, string>): Promise<void> {
  const fresh = join(dirname(one.path), `.prosody-mods-${randomBytes(6).toString('hex')}`)
  try {
    // A rename would replace what may not be written, too.
    accessSync(one.path, constants.W_OK)
    const {mode, uid, gid} = statSync(one.path)
    const file = openSync(fresh, 'wx', 0o600)
    staged.set(one, fresh)
    try {
      writeFileSync(file, one.after)
      const made = fstatSync(file)
      if (made.uid !== uid || made.gid !== gid) fchownSync(file, uid, gid)
      fchmodSync(file, mode & 0o7777)
      await syncFile(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw writeFailed(one.path, error)
  }
}
