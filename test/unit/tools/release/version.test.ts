import {describe, expect, it} from 'vitest'
import {isPreview, nextVersion, taggedVersions} from '../../../../tools/release/version.ts'

const there = {current: '0.9.0', tags: ['v0.8.0', 'v0.10.0-rc.1', 'vendor', 'v1', '7.0.0', 'x7.0.0']}

describe('the next version', () => {
  it.each(['0.10.0', '0.10.0-rc.2', '1.0.0', '0.10.1'])('may be %s', (version) => {
    expect(nextVersion(version, there)).toBe(version)
  })

  it.each([
    ['major', '0.9.1', '1.0.0'],
    ['minor', '0.9.1', '0.10.0'],
    ['patch', '0.9.1', '0.9.2'],
    ['minor', '1.0.0-rc.1', '1.0.0'],
  ])('%s of %s is %s', (step, current, version) => {
    expect(nextVersion(step, {current, tags: []})).toBe(version)
  })

  it.each([
    ['v1.0.0', 'expected major, minor, patch or a version such as 1.2.3, found "v1.0.0"'],
    ['1.0', 'expected major, minor, patch or a version such as 1.2.3, found "1.0"'],
    ['01.0.0', 'expected major, minor, patch or a version such as 1.2.3, found "01.0.0"'],
    ['prerelease', 'expected major, minor, patch or a version such as 1.2.3, found "prerelease"'],
    ['', 'expected major, minor, patch or a version such as 1.2.3, found ""'],
    ['0.9.0', 'expected a version greater than 0.10.0-rc.1, found 0.9.0'],
    ['0.10.0-rc.1', 'expected a version greater than 0.10.0-rc.1, found 0.10.0-rc.1'],
    ['patch', 'expected a version greater than 0.10.0-rc.1, found 0.9.1'],
  ])('is not %j', (version, problem) => {
    expect(() => nextVersion(version, there)).toThrow(problem)
  })

  it('is greater than that of package.json, too', () => {
    expect(() => nextVersion('0.9.0', {current: '0.9.0', tags: []})).toThrow(
      'expected a version greater than 0.9.0, found 0.9.0',
    )
  })

  it('is a preview where it comes before a release', () => {
    expect(['1.0.0-rc.1', '1.0.0'].map(isPreview)).toEqual([true, false])
  })
})

it('versions are read off tags, the newest first', () => {
  expect(taggedVersions([...there.tags, 'v0.10.0'])).toEqual(['0.10.0', '0.10.0-rc.1', '0.8.0'])
})
