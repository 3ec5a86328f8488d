import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {systemCode} from '../errors.ts'

/**
 * Puts a file in the place of another at once, also where that lies on another file system: then beside it first, under
 * a name that `clearBeside` knows. Throws the system's error.
 */
export function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    copyBeside(from, to)
    renameSync(besideOf(to), to)
    rmSync(from, {force: true})
  }
}

/** Removes what a move has left that was cut off. */
export function clearBeside(path: string): void {
  rmSync(besideOf(path), {force: true})
}

function besideOf(path: string): string {
  return `${path}.prosody-mods-new`
}

function copyBeside(from: string, to: string): void {
  clearBeside(to)
  const source = openSync(from, 'r')
  try {
    const copy = openSync(besideOf(to), 'wx', 0o600)
    try {
      writeFileSync(copy, readFileSync(source))
      fchmodSync(copy, fstatSync(source).mode & 0o777)
      fsyncSync(copy)
    } finally {
      closeSync(copy)
    }
  } catch (error) {
    clearBeside(to)
    throw error
  } finally {
    closeSync(source)
  }
}
