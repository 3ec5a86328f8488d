import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {systemCode} from '../errors.ts'
import {sizeBounds} from '../regular-file.ts'
import type {ReportedChange} from './write-result.ts'

/** Lines of ours that a file of the user's shall have. */
export interface OwnLines {
  /** The file's name, in the project's folder. */
  readonly name: string
  /** What they are for, as a comment above them. */
  readonly comment: string
  /** What they are for, in a sentence for people: `for Git not to change line ends`. */
  readonly purpose: string
  /** Finds those that are missing. @param text of the file as it stands; undefined where there is none */
  missing(text: string | undefined): readonly string[]
}

/** What became of lines. */
export interface Lined {
  readonly changes: readonly ReportedChange[]
  /** What to add by hand. */
  readonly notes: readonly string[]
}

/**
 * Puts the lines that a file lacks behind what stands in it, which stays byte for byte; makes the file where there is
 * none. A link is not followed. A project is complete without it: what can't be written is told, and ends nothing.
 */
export function ensureLines(folder: string, own: OwnLines, dryRun: boolean): Lined {
  const path = join(folder, own.name)
  const isThere = lstatSync(path, {throwIfNoEntry: false}) !== undefined
  try {
    return isThere ? append(path, own, dryRun) : create(path, own, dryRun)
  } catch (error) {
    const why = isThere || systemCode(error) === 'EEXIST' ? 'it was left as it is' : 'it was not written'
    return {changes: [], notes: [advice(own, why, own.missing(undefined))]}
  }
}

const nothing: Lined = {changes: [], notes: []}

function create(path: string, own: OwnLines, dryRun: boolean): Lined {
  const lines = own.missing(undefined)
  if (lines.length === 0) return nothing
  const changed: Lined = {changes: [{path: own.name, action: 'write'}], notes: []}
  if (dryRun) return changed
  const file = openSync(path, 'wx', 0o644)
  try {
    writeWhole(file, block(own, lines, '\n'))
  } catch (error) {
    rmSync(path, {force: true})
    throw error
  } finally {
    closeSync(file)
  }
  return changed
}

function append(path: string, own: OwnLines, dryRun: boolean): Lined {
  const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK
  if (process.platform === 'win32' && lstatSync(path).isSymbolicLink()) throw new Error('it is a link')
  const mode = dryRun ? constants.O_RDONLY : constants.O_RDWR | constants.O_APPEND
  const file = openSync(path, mode | noFollow)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile() || stats.size > sizeBounds.dockerfile) throw new Error('it is no such file')
    const text = readWhole(file, stats.size)
    // A run that was killed may have left it empty.
    const lines = own.missing(text === '' ? undefined : text)
    if (lines.length === 0) return nothing
    if (!dryRun) {
      const end = text.includes('\r\n') ? '\r\n' : '\n'
      const gap = text === '' || text.endsWith('\n') ? '' : end
      try {
        writeWhole(file, gap + block(own, lines, end))
      } catch (error) {
        ftruncateSync(file, stats.size)
        throw error
      }
    }
    return {changes: [{path: own.name, action: 'replace'}], notes: []}
  } finally {
    closeSync(file)
  }
}

function block({comment}: OwnLines, lines: readonly string[], end: string): string {
  return [`# ${comment}`, ...lines, ''].join(end)
}

function readWhole(file: number, size: number): string {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size;) {
    const read = readSync(file, bytes, at, size - at, at)
    if (read === 0) break
    at += read
  }
  return bytes.toString('utf8')
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

function advice({name, purpose}: OwnLines, why: string, lines: readonly string[]): string {
  return `${name}: ${why}; ${purpose}, add the ${lines.length === 1 ? 'line' : 'lines'} ${lines.map((line) => `"${line}"`).join(', ')}`
}
