import {ProsodyModsError} from '../errors.ts'

const variable = 'PROSODY_MODS_OLDEST_INDEX'
/** ISO 8601, UTC. */
const dates = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/

/**
 * Reads from when on a signed index is taken though a newer one was seen, in milliseconds: PROSODY_MODS_OLDEST_INDEX.
 * Undefined where the user says nothing. Throws CONFIG_INVALID.
 */
export function oldestIndexOf(env: NodeJS.ProcessEnv): number | undefined {
  const text = env[variable] ?? ''
  if (text === '') return undefined
  const date = dates.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(date)) return date
  throw new ProsodyModsError(
    'CONFIG_INVALID',
    `${variable}: expected a date such as 2026-11-22 or 2026-11-22T09:59:58Z, got ${JSON.stringify(text)}`,
    {hint: 'set it to the Date of the index that is to be taken, for one command'},
  )
}
