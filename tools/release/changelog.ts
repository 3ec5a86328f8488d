import {ProsodyModsError} from '../../src/errors.ts'

/** A version as the changelog tells of it. */
export interface Section {
  readonly version: string
  /** The day, as in `2026-01-31`. */
  readonly date: string
  /** The version before, if it has a tag that can be compared with. */
  readonly previous: string | undefined
  /** The repository's address on the web. */
  readonly page: string
}

const unreleased = /^## \[Unreleased\]\n/m
const link = /^\[(?:unreleased|\d+\.\d+\.\d+[^\]]*)\]: .*\n/im
const linkOfUnreleased = /^\[unreleased\]: .*\n/im

/**
 * The changelog with what is unreleased under the heading of a version, an empty section above for what comes next, and
 * the lines that both headings link by (https://keepachangelog.com/en/1.1.0/). Throws USAGE where nothing is unreleased.
 */
export function withRelease(changelog: string, section: Section): string {
  const {version, date} = section
  const heading = unreleased.exec(changelog)
  if (heading === null) throw broken('expected the heading "## [Unreleased]", found none')
  if (changelog.includes(`\n## [${version}]`)) throw broken(`expected no section ${version} yet, found one`)
  const end = heading.index + heading[0].length
  const after = changelog.slice(end)
  if (!hasText(after)) throw broken('expected changes below "## [Unreleased]", found none')
  const text = `${changelog.slice(0, end)}\n## [${version}] - ${date}\n${after}`
  return withLinks(text.endsWith('\n') ? text : `${text}\n`, linesOf(section))
}

/** The day of a version as the changelog tells it, `2026-01-31`; undefined for one that has no section. */
export function dayOf(version: string, changelog: string): string | undefined {
  const escaped = version.replaceAll('.', String.raw`\.`)
  return new RegExp(String.raw`^## \[${escaped}\] - (\d{4}-\d\d-\d\d)$`, 'm').exec(changelog)?.[1]
}

/** Tells whether there is more than headings and links up to the next section. */
function hasText(text: string): boolean {
  const [content = ''] = text.split(/^## /m)
  return content.split('\n').some((line) => /^(?!#|\[[^\]]+\]: )\s*\S/.test(line))
}

function linesOf({version, previous, page}: Section): string {
  const place = previous === undefined ? `releases/tag/v${version}` : `compare/v${previous}...v${version}`
  return `[Unreleased]: ${page}/compare/v${version}...HEAD\n[${version}]: ${page}/${place}\n`
}

/** Puts lines above the links of older versions, in place of the link of what was unreleased. */
function withLinks(changelog: string, lines: string): string {
  const text = changelog.replace(linkOfUnreleased, '')
  const first = link.exec(text)?.index
  return first === undefined ? `${text}\n${lines}` : text.slice(0, first) + lines + text.slice(first)
}

function broken(what: string): ProsodyModsError {
  return new ProsodyModsError('USAGE', `CHANGELOG.md: ${what}`, {
    hint: 'write down below "## [Unreleased]" what users of the new version will notice, and commit it',
  })
}
