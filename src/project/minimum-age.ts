import type {Manifest} from './manifest.ts'

/** How old a release has to be before it is chosen. */
export interface MinimumAge {
  /** As the manifest has it: `7 days`. */
  readonly text: string
  readonly milliseconds: number
}

const hour = 60 * 60 * 1000
const units: Readonly<Record<string, number>> = {hour, day: 24 * hour, week: 7 * 24 * hour}

/** Reads how old releases have to be; undefined where the manifest does not say. */
export function minimumAgeOf({minimumReleaseAge: text}: Manifest): MinimumAge | undefined {
  if (text === undefined) return undefined
  const [number = '', unit = ''] = text.split(' ')
  const length = units[unit.replace(/s$/, '')]
  // The schema has seen to it.
  if (length === undefined) throw new Error(`no length of time: ${text}`)
  return {text, milliseconds: Number(number) * length}
}
