import {readdirSync} from 'node:fs'
import {readRegular} from '../../regular-file.ts'

/** Lists the names in a folder, in order; [] where there is none that can be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** Reads a file that is only looked at for what it may say; undefined where it can't be read. */
export function textOf(path: string): string | undefined {
  try {
    return readRegular(path, 'dockerfile').toString('utf8')
  } catch {
    return undefined
  }
}
