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

/** A release of docker-jitsi-meet: the build of Jitsi that it is of, and how often its images were mended since. */
export interface JitsiTag {
  /** `stable-10888-1` */
  readonly tag: string
  /** 10888 */
  readonly build: number
  /** 1; 0 for the first one. */
  readonly revision: number
}

/** Reads the tag of an image: `stable-10888`, `stable-10888-1`; undefined for one that moves, and for any other. */
export function jitsiTag(tag: string): JitsiTag | undefined {
  const [, build, revision = '0'] = /^stable-(\d{4,6})(?:-(\d{1,3}))?$/.exec(tag) ?? []
  return build === undefined ? undefined : {tag, build: Number(build), revision: Number(revision)}
}

/** Returns the release of an image of docker-jitsi-meet's Prosody by its name; undefined as for `jitsiTag`. */
export function jitsiTagOf(image: string): JitsiTag | undefined {
  const tag = /(?:^|\/)jitsi\/prosody:([^@]+)(?:@.*)?$/.exec(image)?.[1]
  return tag === undefined ? undefined : jitsiTag(tag)
}

/**
 * Tells what is in an image of docker-jitsi-meet by its name, `jitsi/prosody:stable-10008` for one; undefined for
 * others, for tags that mean another release with time, and for releases that are older than what is known.
 */
export function jitsiImage(image: string): Omit<BaseImage, 'image'> | undefined {
  const found = jitsiTagOf(image)
  const era = found && eras.find(({from}) => from <= found.build)
  if (era === undefined) return undefined
  const {debian, prosody} = era
  return {debian, prosody}
}

/** Tells whether an image is docker-jitsi-meet's Prosody, of whatever release. */
export function isJitsiImage(image: string): boolean {
  return /(?:^|\/)jitsi\/prosody(?:[:@]|$)/.test(image)
}

/**
 * Names the image of a release of docker-jitsi-meet where its own Compose file gets it from: since June 2026 (its commit
 * dcb7980b) that is GitHub's registry.
 */
export function jitsiImageName({tag, build}: JitsiTag): string {
  return `${build >= 11146 ? 'ghcr.io/' : ''}jitsi/prosody:${tag}`
}
