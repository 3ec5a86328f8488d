import {describe, expect, it} from 'vitest'
import {withRelease} from '../../../../tools/release/changelog.ts'

const page = 'https://example.org/chat/mods'
const section = {version: '0.2.0', date: '2026-02-03', previous: undefined, page}
const front = '# Changelog\n\nAbout it.\n\n'
const changes = '### Added\n\n- A thing.\n\n'
const old = '## [0.1.0] - 2026-01-01\n\n- First version.\n'
const newest = `[Unreleased]: ${page}/compare/v0.2.0...HEAD\n`

describe('a changelog', () => {
  it('gets a section of what was unreleased, an empty one above and links', () => {
    expect(withRelease(`${front}## [Unreleased]\n\n${changes}${old}`, section)).toBe(
      `${front}## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n${changes}${old}\n${newest}` +
        `[0.2.0]: ${page}/releases/tag/v0.2.0\n`,
    )
  })

  it('has the links of older versions stay below', () => {
    const first = `[0.1.0]: ${page}/releases/tag/v0.1.0\n`
    const links = `[unreleased]: ${page}/compare/v0.1.0...HEAD\n${first}`
    const text = `${front}## [Unreleased]\n\n${changes}${old}\n${links}`
    expect(withRelease(text, {...section, previous: '0.1.0'})).toBe(
      `${front}## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n${changes}${old}\n${newest}` +
        `[0.2.0]: ${page}/compare/v0.1.0...v0.2.0\n${first}`,
    )
  })

  it('has links for each of two releases', () => {
    const one = withRelease(`${front}## [Unreleased]\n\n- A thing.\n`, section)
    const more = one.replace('## [Unreleased]\n', '## [Unreleased]\n\n- More.\n')
    const two = withRelease(more, {...section, version: '0.3.0', previous: '0.2.0'})
    expect(two).toBe(
      `${front}## [Unreleased]\n\n## [0.3.0] - 2026-02-03\n\n- More.\n\n## [0.2.0] - 2026-02-03\n\n- A thing.\n\n` +
        `[Unreleased]: ${page}/compare/v0.3.0...HEAD\n[0.3.0]: ${page}/compare/v0.2.0...v0.3.0\n` +
        `[0.2.0]: ${page}/releases/tag/v0.2.0\n`,
    )
  })

  it.each([
    [
      'no section of what is unreleased',
      `${front}### [Unreleased]\n\n${changes}${old}`,
      'expected the heading "## [Unreleased]", found none',
    ],
    [
      'nothing in it',
      `${front}## [Unreleased]\n\n${old}`,
      'expected changes below "## [Unreleased]", found none',
    ],
    [
      'headings alone in it',
      `${front}## [Unreleased]\n\n### Added\n\n${old}`,
      'expected changes below "## [Unreleased]", found none',
    ],
    [
      'links alone below it',
      `${front}## [Unreleased]\n\n[Unreleased]: ${page}/compare/v0.1.0...HEAD\n`,
      'expected changes below "## [Unreleased]", found none',
    ],
    [
      'the version already',
      `${front}## [Unreleased]\n\n- A thing.\n\n## [0.2.0] - 2026-01-01\n`,
      'expected no section 0.2.0 yet, found one',
    ],
  ])('is refused with %s', (_name, changelog, problem) => {
    expect(() => withRelease(changelog, section)).toThrow(`CHANGELOG.md: ${problem}`)
  })
})
