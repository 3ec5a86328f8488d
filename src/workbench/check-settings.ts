import {ProsodyModsError} from '../errors.ts'
import {extraCertificates} from '../net/certificates.ts'
import {credentialsOf} from '../net/credentials.ts'
import {timeoutsOf} from '../net/patience.ts'
import {proxiesOf} from '../net/proxies.ts'
import {oldestIndexOf} from './oldest-index.ts'

/** A part of the environment, and what is wrong with it. */
export interface JudgedSetting {
  /** What it is about, for people. */
  readonly name: string
  readonly problem: ProsodyModsError | undefined
}

/** Reads every setting of the environment that only some commands read, as they would. */
export function judgedSettings(env: NodeJS.ProcessEnv): JudgedSetting[] {
  const parts: readonly (readonly [string, () => unknown])[] = [
    ['proxy', () => proxiesOf(env)],
    ['credentials', () => credentialsOf(env).forUrl(new URL('https://host.invalid/'))],
    ['certificates', () => extraCertificates(env)],
    ['timeout', () => timeoutsOf('patient', env)],
    ['oldest index', () => oldestIndexOf(env)],
  ]
  return parts.map(([name, read]) => ({name, problem: problemOf(read)}))
}

function problemOf(read: () => unknown): ProsodyModsError | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof ProsodyModsError) return error
    throw error
  }
}
