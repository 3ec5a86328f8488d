import {renameSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {remove, ownName, withFolder, type Pruned} from './entries.ts'
import {keptNames, pruneKept, verifyKept} from './kept.ts'
import {OwnFolder} from './own-folder.ts'

/** A file is at most this long, and there are at most so many: what was used last stays. */
const maxBytes = 16 * 1024 * 1024
const maxFiles = 32

/**
 * What the linter found in files, in the store's folder: `lint/<name>`, one file for each configuration. It is the
 * sha256 of its rest, its own name, and a line for each linted file: a key, which names bytes and options, and the result. Results
 * can always be had again, so nothing here fails: what is damaged, can't be read or could be another user's is
 * none, and where nothing can be written nothing is. A file appears by rename, whole or not at all.
 */
export class LintResults {
  readonly #store: string
  readonly #folder: OwnFolder

  /** @param store its folder */
  constructor(store: string) {
    this.#store = store
    this.#folder = new OwnFolder(store, 'lint')
  }

  /** Returns results by key, those used last first; none where there is no sound file. */
  read(name: Sha256): Map<string, string> {
    const {text} = this.#read(name)
    if (text === undefined) return new Map()
    const now = new Date()
    quietly(() => utimesSync(join(this.#folder.path, name), now, now))
    return new Map(linesOf(text))
  }

  /** Writes results anew; the last ones are left out where they are too many. */
  async keep(name: Sha256, results: Iterable<readonly [key: string, result: string]>): Promise<void> {
    const folder = join(this.#store, 'tmp')
    // Named as the store names its own, so that `prune` knows a dead process's leftovers.
    const path = join(folder, ownName())
    try {
      const file = fileOf(name, results)
      await withFolder(folder, () => writeFileSync(path, file, {flag: 'wx', mode: 0o644}))
      await this.#folder.write(() => renameSync(path, join(this.#folder.path, name)))
      await this.#limit()
    } catch {
      quietly(() => rmSync(path, {force: true}))
    }
  }

  /** Checks the digest of every file; damaged ones are removed. */
  async verify(): Promise<{readonly checked: number; readonly removed: number}> {
    return verifyKept(this.#folder.path, (name) => this.#read(name).isDamaged)
  }

  /** Removes what nobody has used for `olderThan` milliseconds (0: all). */
  async prune(olderThan: number): Promise<Pruned> {
    return pruneKept(this.#folder.path, olderThan)
  }

  /** Removes the files used longest ago, of other configurations and versions of this program. */
  async #limit(): Promise<void> {
    const names = await keptNames(this.#folder.path)
    if (names.length <= maxFiles) return
    const used = names.map((name) => ({
      name,
      time: statSync(join(this.#folder.path, name), {throwIfNoEntry: false})?.mtimeMs ?? 0,
    }))
    used.sort((a, b) => b.time - a.time)
    for (const {name} of used.slice(maxFiles)) await remove(join(this.#folder.path, name))
  }

  /** The lines of a file. */
  #read(name: string): {readonly text?: string; readonly isDamaged: boolean} {
    const file = this.#folder.read(name, maxBytes)
    if (file === undefined) return {isDamaged: false}
    const rest = file.subarray(digestLength + 1)
    const isSound = file.toString('latin1', 0, digestLength + 1) === `${sha256Of(rest)}\n`
    const text = rest.toString()
    return isSound && text.startsWith(`${name}\n`)
      ? {text: text.slice(name.length + 1), isDamaged: false}
      : {isDamaged: true}
  }
}

const digestLength = 64

function* linesOf(text: string): Generator<readonly [key: string, result: string]> {
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    const space = text.indexOf(' ', start)
    if (space !== -1 && space < end) yield [text.slice(start, space), text.slice(space + 1, end)]
    start = end + 1
  }
}

function fileOf(name: string, results: Iterable<readonly [key: string, result: string]>): Buffer {
  const lines = [Buffer.from(`${name}\n`)]
  let size = digestLength + 1 + name.length + 1
  for (const [key, result] of results) {
    const line = Buffer.from(`${key} ${result}\n`)
    if (size + line.length > maxBytes) break
    size += line.length
    lines.push(line)
  }
  const rest = Buffer.concat(lines)
  return Buffer.concat([Buffer.from(`${sha256Of(rest)}\n`), rest])
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // Whatever it is, the next run finds it again.
  }
}
