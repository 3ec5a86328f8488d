import {join} from 'node:path'
import {diskState} from '../project/disk.ts'
import {readRegular} from '../regular-file.ts'

/** Reads the text of a file of the project as it lies there; undefined where nothing, or no regular file, does. */
export function presentText(folder: string, path: string): string | undefined {
  return typeof diskState(folder, path) === 'object'
    ? readRegular(join(folder, path), 'module').toString('utf8')
    : undefined
}
