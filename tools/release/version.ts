import {compareBuild, gt, inc, rcompare, valid, type ReleaseType} from 'semver'
import {ProsodyModsError} from '../../src/errors.ts'

/** The versions that there are already. */
export interface Versions {
  /** That of package.json. */
  readonly current: string
  /** Names of all tags, those of versions and others. */
  readonly tags: readonly string[]
}

const steps: readonly string[] = ['major', 'minor', 'patch'] satisfies readonly ReleaseType[]

/** The version that was asked for by itself or as a step from the current one. Throws USAGE unless it may be the next. */
export function nextVersion(asked: string, {current, tags}: Versions): string {
  const version = steps.includes(asked) ? inc(current, asked as ReleaseType) : asked
  if (version === null || valid(version) !== version)
    throw refusal(`expected major, minor, patch or a version such as 1.2.3, found ${JSON.stringify(asked)}`)
  const last = [current, ...taggedVersions(tags)].sort(compareBuild).at(-1) ?? current
  if (!gt(version, last)) throw refusal(`expected a version greater than ${last}, found ${version}`)
  return version
}

/** Versions that have a tag, the newest first. */
export function taggedVersions(tags: readonly string[]): readonly string[] {
  return tags
    .filter((tag) => tag.startsWith('v') && valid(tag) === tag.slice(1))
    .map((tag) => tag.slice(1))
    .sort(rcompare)
}

/** Tells whether a version comes before a release, so that nobody gets it without asking. */
export function isPreview(version: string): boolean {
  return version.includes('-')
}

function refusal(message: string): ProsodyModsError {
  return new ProsodyModsError('USAGE', message, {
    hint: 'versions follow https://semver.org: major where users have to change something, minor where there is more, patch for the rest',
  })
}
