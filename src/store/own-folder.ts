import {chmodSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {isOnlyOurs, isOwn, readPlainFile} from '../plain-file.ts'
import {withFolder} from './entries.ts'

/**
 * A folder of the store whose files are believed by what they say of themselves, and so only where nobody else could have
 * written them: they are this user's, and neither they nor the folders above are writable for others. All else is passed
 * over. Blobs need none of that: their names are their digests.
 */
export class OwnFolder {
  readonly path: string
  readonly #store: string
  #isOurs = false

  /** @param store its folder */
  constructor(store: string, name: string) {
    this.#store = store
    this.path = join(store, name)
  }

  /**
   * Returns a file's bytes. Undefined for what is not there, is no regular file, too long, or could be another user's.
   */
  read(name: string, maxBytes: number): Buffer | undefined {
    try {
      if (!this.#isOurs && ![this.#store, this.path].every(isOurs)) return undefined
      this.#isOurs = true
      return readPlainFile(join(this.path, name), maxBytes, (stats) => isOwn(stats) && isOnlyOurs(stats))
        ?.bytes
    } catch {
      // What can't be read can't be used; whoever may read it goes on using it.
      return undefined
    }
  }

  /**
   * Does work that needs the folder, which is made where it is missing and closed to others where it is this user's.
   */
  async write<T>(work: () => T): Promise<T> {
    const done = await withFolder(this.path, work)
    for (const folder of [this.#store, this.path]) close(folder)
    return done
  }
}

/** With a lax umask a group may write what was made here. */
function close(folder: string): void {
  const stats = statSync(folder)
  if (process.platform !== 'win32' && isOwn(stats) && !isOnlyOurs(stats))
    chmodSync(folder, stats.mode & 0o755)
}

function isOurs(folder: string): boolean {
  return isOnlyOurs(statSync(folder))
}
