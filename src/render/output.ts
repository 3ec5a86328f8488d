import {fstatSync, writeSync} from 'node:fs'
import {ProsodyModsError, messageOf, systemCode} from '../errors.ts'
import {visible} from '../plain-text.ts'
import {coloured} from './colours.ts'
import {folded} from './fold.ts'

type Name = 'stdout' | 'stderr'

/**
 * Writes a text to the terminal, as the one door to it: whatever the text is made of, nothing in it but our own colours
 * steers what shows it. Throws WRITE_FAILED where the text can't be written whole.
 */
export function print(name: Name, text: string): void {
  if (text === '') return
  const shown = coloured(visible(text))
  if (isFile(name)) writeWhole(name, Buffer.from(shown))
  else process[name].write(shown)
}

/** Writes a text for a person: on a terminal, no wider than that. Throws as `print` does. */
export function say(name: Name, text: string): void {
  const {isTTY, columns} = process[name]
  print(name, isTTY && columns > 0 ? folded(text, columns) : text)
}

/** Clears a terminal's line before something else is written to it. */
export function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
}

/**
 * Ends the process where an output fails after the fact: in silence where its reader has seen enough (head, less), and
 * else with 1.
 */
export function watchOutputs(): void {
  process.stdout.on('error', (error) => {
    if (systemCode(error) === 'EPIPE') process.exit(process.exitCode ?? 0)
    const {code, message} = unwritable('stdout', error)
    print('stderr', `error[${code}]: ${message}\n`)
    process.exit(1)
  })
  // There is nobody left to tell.
  process.stderr.on('error', () => undefined)
}

/** Calls back once both outputs have taken what they were given, or told that they can't. */
export function whenTaken(done: () => void): void {
  taken('stdout', () => taken('stderr', () => setImmediate(done)))
}

/** A file has all that it took: to write nothing to a full one would fail once more. */
function taken(name: Name, done: () => void): void {
  if (isFile(name)) done()
  else process[name].write('', done)
}

/** Files and what looks like one (/dev/full), of which Node.js would lose the rest of a short write in silence. */
function isFile(name: Name): boolean {
  if (process[name].isTTY) return false
  try {
    const stat = fstatSync(process[name].fd)
    return stat.isFile() || stat.isCharacterDevice()
  } catch {
    return false
  }
}

function writeWhole(name: Name, bytes: Buffer): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(process[name].fd, bytes, at)
  } catch (error) {
    if (name === 'stdout') throw unwritable(name, error)
  }
}

function unwritable(name: Name, error: unknown): ProsodyModsError {
  const what = {stdout: 'standard output', stderr: 'standard error'}[name]
  return new ProsodyModsError('WRITE_FAILED', `${what} can't be written: ${messageOf(error)}`, {
    hint: 'what it went to is full or closed; nothing else was left undone',
    details: {stream: name},
    cause: error,
  })
}
