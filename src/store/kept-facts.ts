import {renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of, type Sha256} from '../digest.ts'
import {ownName, withFolder, type Pruned} from './entries.ts'
import {pruneKept, verifyKept} from './kept.ts'
import {OwnFolder} from './own-folder.ts'

/** More than is ever found out about one file of 8 MB. */
const maxBytes = 64 * 1024 * 1024

/**
 * What was found out about files, in the store's folder: `facts/<sha256 of the question>`. A file is the sha256 of its
 * rest, the question on a line, and the answer. It can be computed again, so nothing here ever fails: what is damaged,
 * or belongs to another user, who could have written anything, is no answer, and what can't be kept is not. A file
 * appears by rename; it need not be synced, since its digest tells what a power cut left of it.
 */
export class KeptFacts {
  readonly #store: string
  readonly #folder: OwnFolder

  /**
   * @param store its folder
   * @param name of the folder in it
   */
  constructor(store: string, name = 'facts') {
    this.#store = store
    this.#folder = new OwnFolder(store, name)
  }

  /**
   * Returns the answer that is kept for a question; undefined where there is none.
   * @param question a line that names all that the answer depends on
   */
  read(question: string): string | undefined {
    const name = sha256Of(question)
    const answer = answerIn(this.#read(name), name)
    return answer?.question === question ? answer.text : undefined
  }

  /** Keeps answers to questions; stops at the first that can't be kept. */
  async keep(answers: Iterable<readonly [question: string, text: string]>): Promise<void> {
    const folder = join(this.#store, 'tmp')
    for (const [question, text] of answers) {
      // Named as the store names its own, so that `prune` knows a dead process's leftovers.
      const path = join(folder, ownName())
      const rest = `${question}\n${text}`
      try {
        await withFolder(folder, () =>
          writeFileSync(path, `${sha256Of(rest)}\n${rest}`, {flag: 'wx', mode: 0o644}),
        )
        await this.#folder.write(() => renameSync(path, join(this.#folder.path, sha256Of(question))))
      } catch {
        // A full or read-only disk: the next run finds out anew.
        quietly(() => rmSync(path, {force: true}))
        return
      }
    }
  }

  /** Checks the digest of every file; damaged ones are removed. */
  async verify(): Promise<{readonly checked: number; readonly removed: number}> {
    return verifyKept(this.#folder.path, (name) => {
      const bytes = this.#read(name)
      return bytes !== undefined && answerIn(bytes, name) === undefined
    })
  }

  /** Removes what nobody has used for `olderThan` milliseconds (0: all). */
  async prune(olderThan: number): Promise<Pruned> {
    return pruneKept(this.#folder.path, olderThan)
  }

  /** Undefined for what is not there, can't be read, or is not this user's. */
  #read(name: string): Buffer | undefined {
    return this.#folder.read(name, maxBytes)
  }
}

/** Undefined for what is damaged, or lies under the name of another question. */
function answerIn(
  file: Buffer | undefined,
  name: Sha256,
): {readonly question: string; readonly text: string} | undefined {
  if (file === undefined) return undefined
  const rest = file.subarray(65)
  if (file.toString('latin1', 0, 65) !== `${sha256Of(rest)}\n`) return undefined
  const text = rest.toString('utf8')
  const end = text.indexOf('\n')
  const question = text.slice(0, end)
  return sha256Of(question) === name ? {question, text: text.slice(end + 1)} : undefined
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // It was not made, or is a dead process's from now on.
  }
}
