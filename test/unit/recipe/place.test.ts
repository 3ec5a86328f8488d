import {describe, expect, it} from 'vitest'
import {repositoryPlace} from '../../../src/recipe/place.ts'

describe('the place in a repository that an address names', () => {
  it.each([
    ['https://raw.githubusercontent.com/O/r/abc/a/mod_x.lua', 'github.com/O/r', 'abc', 'a/mod_x.lua', true],
    [
      'https://raw.githubusercontent.com/jitsi/jitsi-meet/stable/jitsi-meet_1/a/mod_x.lua',
      'github.com/jitsi/jitsi-meet',
      'stable/jitsi-meet_1',
      'a/mod_x.lua',
      true,
    ],
    ['https://github.com/o/r/raw/refs/heads/main/mod_x.lua', 'github.com/o/r', 'main', 'mod_x.lua', true],
    [
      'https://github.com/o/r/archive/refs/tags/stable/jitsi-meet_1.tar.gz',
      'github.com/o/r',
      'stable/jitsi-meet_1',
      '',
      false,
    ],
    ['https://github.com/o/r/archive/abc.zip', 'github.com/o/r', 'abc', '', false],
    ['https://codeload.github.com/o/r/tar.gz/refs/tags/v1', 'github.com/o/r', 'v1', '', false],
    ['https://api.github.com/repos/o/r/tarball/v1', 'github.com/o/r', 'v1', '', false],
    ['https://hg.example/r/raw-file/tip/mod_x/mod_x.lua', 'hg.example/r', 'tip', 'mod_x/mod_x.lua', true],
    ['http://hg.example/r/archive/12ab.tar.bz2', 'hg.example/r', '12ab', '', false],
    ['https://hg.example/r/archive/tip.tar.gz/mod_x/', 'hg.example/r', 'tip', 'mod_x', false],
    ['https://gitlab.example/g/p/-/raw/v1/mod_x.lua', 'gitlab.example/g/p', 'v1', 'mod_x.lua', true],
    ['https://forge.example/o/r/raw/commit/abc/mod_x.lua', 'forge.example/o/r', 'abc', 'mod_x.lua', true],
    [
      'https://prosody-modules.googlecode.com/hg-history/12ab/mod_x/mod_x.lua',
      'prosody-modules.googlecode.com',
      '12ab',
      'mod_x/mod_x.lua',
      true,
    ],
  ])('%s', (...[url, written, ref, path, isFile]) => {
    expect(repositoryPlace({kind: 'url', url})).toMatchObject({
      written,
      repository: written.toLowerCase(),
      ref,
      path,
      isFile,
    })
  })

  it('is none for other addresses', () => {
    expect(repositoryPlace({kind: 'url', url: 'https://x.example/mod_x.lua'})).toBeUndefined()
    expect(repositoryPlace({kind: 'rock', name: 'x', version: undefined, server: undefined})).toBeUndefined()
  })

  it('is that of an archive with the path in it', () => {
    expect(
      repositoryPlace({kind: 'member', archive: 'https://github.com/o/r/archive/v1.tar.gz', path: 'a/b'}),
    ).toMatchObject({repository: 'github.com/o/r', ref: 'v1', path: 'a/b'})
  })

  it.each([
    'git@github.com:O/r.git',
    'ssh://git@github.com/O/r',
    'https://user@www.github.com/O/r/',
    'git+https://github.com/O/r.git',
  ])('is told of %s as of any other spelling', (url) => {
    expect(repositoryPlace({kind: 'repository', vcs: 'git', url, ref: undefined, path: ''})?.repository).toBe(
      'github.com/o/r',
    )
  })
})
