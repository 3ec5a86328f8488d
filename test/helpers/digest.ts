import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'

/** sha256 of a file, 64 lower-case hex digits. */
export async function fileDigest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
