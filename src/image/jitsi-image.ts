import type {BaseImage} from './dockerfile.ts'

/**
 * What docker-jitsi-meet makes its image of Prosody from, by the build of the first release that has it. Its commits:
 * 689da461 (Debian trixie), 6d969dff (the package `prosody`, which is 13.0 from then on), 70ba4cbe (Debian bookworm),
 * 6fe240a7 (Prosody 0.12), 32082960 (Debian bullseye). Which Prosody came with builds of March 2025 is not told by them.
 */
const eras: readonly (Omit<BaseImage, 'image'> & {readonly from: number})[] = [
  {from: 11146, debian: 'trixie', prosody: '13.0'},
  {from: 10169, debian: 'bookworm', prosody: '13.0'},
  {from: 10133, debian: 'bookworm'},
  {from: 9457, debian: 'bookworm', prosody: '0.12'},
  {from: 7210, debian: 'bullseye', prosody: '0.12'},
]

/**
 * Tells what is in an image of docker-jitsi-meet by its name, `jitsi/prosody:stable-10008` for one; undefined for
 * others, for tags that mean another release with time, and for releases that are older than what is known.
 */
export function jitsiImage(image: string): Omit<BaseImage, 'image'> | undefined {
  const build = /(?:^|\/)jitsi\/prosody:stable-(\d{4,6})(?:-\d+)?(?:@.*)?$/.exec(image)?.[1]
  if (build === undefined) return undefined
  const era = eras.find(({from}) => from <= Number(build))
  if (era === undefined) return undefined
  const {debian, prosody} = era
  return {debian, prosody}
}

/** Tells whether an image is docker-jitsi-meet's Prosody, of whatever release. */
export function isJitsiImage(image: string): boolean {
  return /(?:^|\/)jitsi\/prosody(?:[:@]|$)/.test(image)
}
