import {packageAlias} from '../../versioning/build.ts'
import {schemes} from '../../versioning/index.ts'
import type {SchemeId} from '../../versioning/types.ts'
import type {GithubDefinition} from './declared.ts'

/** Jitsi tags each release twice: by its number, and by that of its Debian packages, which counts other things. */
const stable = 'stable/jitsi-meet_'

/** What decides how a repository's tags are read. */
export type Tagging = Pick<GithubDefinition, 'scheme' | 'tagPrefix'>

/** Returns the version that a tag stands for; undefined for one that is no release. */
export function versionOfTag(name: string, {scheme, tagPrefix}: Tagging): string | undefined {
  if (tagPrefix !== undefined)
    return name.startsWith(tagPrefix) ? schemes[scheme].parse(name.slice(tagPrefix.length))?.text : undefined
  if (scheme === 'build' && !name.startsWith(stable)) return undefined
  return schemes[scheme].parse(name)?.text
}

/** Returns how the names of all tags begin that can be a version that the text means; '' where any may be. */
export function prefixOfTags({scheme, tagPrefix}: Tagging, versionText: string | undefined): string {
  if (tagPrefix !== undefined) return tagPrefix
  if (scheme === 'date') return 'v'
  if (scheme !== 'build') return ''
  const exact = schemes.build.parse(versionText ?? '')
  return exact === undefined ? stable : stable + exact.text
}

/** Returns the tag that carries a number of Jitsi's Debian packages: 1.0.8384 is 8384. */
export function packageTag(scheme: SchemeId, versionText: string): string | undefined {
  const alias = scheme === 'build' ? packageAlias(versionText) : undefined
  return alias?.slice('1.0.'.length)
}
