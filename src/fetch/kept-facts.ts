import {hash, randomBytes} from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {withFolder, type Pruned} from './entries.ts'
import {pruneKept, verifyKept} from './kept.ts'

/** More than is ever found out about one file of 8 MB. */
const maxBytes = 64 * 1024 * 1024

/** Not through a link, and without waiting for the other end of a pipe; undefined, and no flag, on Windows. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * What was found out about files, in the store's folder: `facts/<sha256 of the question>`. A file is the sha256 of its
 * rest, the question on a line, and the answer. It can be computed again, so nothing here ever fails: what is damaged,
 * or belongs to another user, who could have written anything, is no answer, and what can't be kept is not. A file
 * appears by rename; it need not be synced, since its digest tells what a power cut left of it.
 */
export class KeptFacts {
  readonly #store: string
  readonly #folder: string

  /** @param store its folder */
  constructor(store: string) {
    this.#store = store
    this.#folder = join(store, 'facts')
  }

  /** @param question a line that names all that the answer depends on */
  read(question: string): string | undefined {
    const name = hash('sha256', question)
    const answer = answerIn(this.#read(name), name)
    return answer?.question === question ? answer.text : undefined
  }

  /** Answers to questions; stops at the first that can't be kept. */
  async keep(answers: Iterable<readonly [question: string, text: string]>): Promise<void> {
    const folder = join(this.#store, 'tmp')
    for (const [question, text] of answers) {
      // Named as the store names its own, so that `prune` knows a dead process's leftovers.
      const path = join(folder, `${process.pid}-${randomBytes(8).toString('hex')}`)
      const rest = `${question}\n${text}`
      try {
        await withFolder(folder, () =>
          writeFileSync(path, `${hash('sha256', rest)}\n${rest}`, {flag: 'wx', mode: 0o644}),
        )
        await withFolder(this.#folder, () => renameSync(path, join(this.#folder, hash('sha256', question))))
      } catch {
        // A full or read-only disk: the next run finds out anew.
        quietly(() => rmSync(path, {force: true}))
        return
      }
    }
  }

  /** Checks the digest of every file; damaged ones are removed. */
  async verify(): Promise<{readonly checked: number; readonly removed: number}> {
    return verifyKept(this.#folder, (name) => {
      const bytes = this.#read(name)
      return bytes !== undefined && answerIn(bytes, name) === undefined
    })
  }

  /** Removes what nobody has used for `olderThan` milliseconds (0: all). */
  async prune(olderThan: number): Promise<Pruned> {
    return pruneKept(this.#folder, olderThan)
  }

  /** Undefined for what is not there, can't be read, or is not this user's. */
  #read(name: string): Buffer | undefined {
    let file: number | undefined
    try {
      file = openSync(join(this.#folder, name), openFlags)
      const found = fstatSync(file)
      if (!found.isFile() || found.size > maxBytes || !isOwn(found.uid)) return undefined
      return readFileSync(file)
    } catch {
      return undefined
    } finally {
      if (file !== undefined) closeSync(file)
    }
  }
}

/** Windows has no owners of this kind. */
function isOwn(uid: number): boolean {
  return process.geteuid === undefined || process.geteuid() === uid
}

/** Undefined for what is damaged, or lies under the name of another question. */
function answerIn(
  file: Buffer | undefined,
  name: string,
): {readonly question: string; readonly text: string} | undefined {
  if (file === undefined) return undefined
  const rest = file.subarray(65)
  if (file.toString('latin1', 0, 65) !== `${hash('sha256', rest)}\n`) return undefined
  const text = rest.toString('utf8')
  const end = text.indexOf('\n')
  const question = text.slice(0, end)
  return hash('sha256', question) === name ? {question, text: text.slice(end + 1)} : undefined
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // It was not made, or is a dead process's from now on.
  }
}
