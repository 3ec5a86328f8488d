import {compareNumbers, safeInteger} from './keys.ts'
import type {Version, VersionScheme} from './types.ts'

/** 10008 · stable-10008 · stable-10008-1 · stable/jitsi-meet_10008 · jitsi-meet_10008 · 2.0.10008 · 2.0.10008-1 */
const spellings = [
  /^([1-9]\d*)$/,
  /^stable-([1-9]\d*)(?:-\d+)?$/,
  /^(?:stable\/)?jitsi-meet_([1-9]\d*)$/,
  /^2\.0\.([1-9]\d*)(?:-\d+)?$/,
]

/**
 * The scheme of Jitsi's stable release numbers, which tag, docker-jitsi-meet image and Debian meta package all carry.
 */
export const build: VersionScheme = {
  id: 'build',
  spelling: 'a release number such as 10008 (also stable-10008, stable/jitsi-meet_10008 or 2.0.10008)',
  parse: parseBuild,
  compare: compareNumbers,
  components: (version) => version.key.map(Number),
}

/**
 * Reads the package number of jitsi-meet-prosody, `1.0.8384` or `1.0.8384-1`, as the registry lists it among a
 * release's aliases: `1.0.8384`. It counts other things than the release number, so only a table maps it.
 */
export function packageAlias(text: string): string | undefined {
  return /^(1\.0\.[1-9]\d*)(?:-\d+)?$/.exec(text)?.[1]
}

function parseBuild(text: string): Version | undefined {
  for (const spelling of spellings) {
    const number = safeInteger(spelling.exec(text)?.[1] ?? '')
    if (number) return {scheme: 'build', text: String(number), key: [number]}
  }
  return undefined
}
