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

/** Puts bytes at a path in one step, once they are safe on the disk. Throws the system's error. */
export function putFile(path: string, bytes: Buffer, mode: number): void {
  writeBeside(path, bytes, mode)
  renameSync(besideOf(path), path)
}

function copyBeside(from: string, to: string): void {
  const source = openSync(from, 'r')
  try {
    writeBeside(to, readFileSync(source), fstatSync(source).mode & 0o777)
  } finally {
    closeSync(source)
  }
}

/** What lies in its place is removed first, and never written to: it may be a link. */
function writeBeside(path: string, bytes: Buffer, mode: number): void {
  clearBeside(path)
  try {
    const file = openSync(besideOf(path), 'wx', 0o600)
    try {
      writeFileSync(file, bytes)
      fchmodSync(file, mode)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    clearBeside(path)
    throw error
  }
}
