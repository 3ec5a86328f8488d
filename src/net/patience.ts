import {ProsodyModsError} from '../errors.ts'

/** How long silence is borne: quick while another location may have the same bytes, patient otherwise. */
export type Patience = 'quick' | 'patient'

/** How many milliseconds are waited. */
export interface Timeouts {
  readonly connect: number
  /** How long until an answer begins, and between two pieces of it. */
  readonly silence: number
}

/**
 * Chooses timeouts by patience: PROSODY_MODS_TIMEOUT (seconds) replaces the patient silence and bounds everything else.
 * Throws CONFIG_INVALID.
 */
export function timeoutsOf(patience: Patience, env: NodeJS.ProcessEnv): Timeouts {
  const longest = longestOf(env['PROSODY_MODS_TIMEOUT'] ?? '')
  return patience === 'quick'
    ? {connect: Math.min(4_000, longest), silence: Math.min(8_000, longest)}
    : {connect: Math.min(10_000, longest), silence: longest}
}

function longestOf(text: string): number {
  if (text === '') return 30_000
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000
  throw new ProsodyModsError(
    'CONFIG_INVALID',
    `PROSODY_MODS_TIMEOUT: expected a number of seconds above 0, got ${JSON.stringify(text)}`,
    {hint: 'for example PROSODY_MODS_TIMEOUT=60; without it silence is borne for 30 seconds'},
  )
}
