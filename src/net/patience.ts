/** How long silence is borne: quick while another location may have the same bytes, patient otherwise. */
export type Patience = 'quick' | 'patient'

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number
  /** Until an answer begins, and between two pieces of it. */
  readonly silence: number
}

/** PROSODY_MODS_TIMEOUT (seconds) replaces the patient silence and bounds everything else. */
export function timeoutsOf(patience: Patience, env: NodeJS.ProcessEnv): Timeouts {
  const seconds = Number(env['PROSODY_MODS_TIMEOUT'])
  const longest = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 30_000
  return patience === 'quick'
    ? {connect: Math.min(4_000, longest), silence: Math.min(8_000, longest)}
    : {connect: Math.min(10_000, longest), silence: longest}
}
