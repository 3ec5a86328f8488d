import {systemCode} from './errors.ts'

/** Returns the absolute path of this process's working folder; undefined where somebody has removed that since. */
export function workingFolder(): string | undefined {
  try {
    return process.cwd()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
