import {describe, expect, it} from 'vitest'
import {addressOf, requireRemote, webAddressOf} from '../../../../tools/release/repository.ts'

const ours = 'git+https://example.org/chat/mods.git'

describe('the address of a repository', () => {
  it.each([
    [ours, 'example.org/chat/mods'],
    ['https://example.org/chat/mods', 'example.org/chat/mods'],
    ['https://somebody@Example.org/chat/mods.git/', 'example.org/chat/mods'],
    ['git@example.org:chat/mods.git', 'example.org/chat/mods'],
    ['ssh://git@example.org/chat/mods.git', 'example.org/chat/mods'],
    ['ssh://git@example.org:2222/chat/mods.git', 'example.org:2222/chat/mods'],
    ['git+file:///srv/mods.git', '/srv/mods'],
    ['/srv/mods.git', '/srv/mods'],
  ])('%s is %s', (url, address) => {
    expect(addressOf(url)).toBe(address)
  })

  it('fits a remote that is written otherwise', () => {
    const remotes = ['git@example.org:chat/mods.git', 'https://example.org/chat/mods']
    expect(() => requireRemote(remotes, ours)).not.toThrow()
  })

  it.each([
    [[], 'none', 'git remote add origin https://example.org/chat/mods'],
    [
      ['https://example.org/other/mods'],
      'example.org/other/mods',
      'git remote set-url origin https://example.org/chat/mods',
    ],
    [['https://example.org/chat/mods', 'git@example.net:chat/mods.git'], 'example.net/chat/mods', 'set-url'],
    [['/srv/chat/mods'], '/srv/chat/mods', 'set-url'],
  ])('%j is another', (remotes, found, hint) => {
    expect(() => requireRemote(remotes, ours)).toThrow(
      expect.objectContaining({
        message: `expected origin to be example.org/chat/mods, which package.json names, found ${found}`,
        hint: expect.stringContaining(hint) as string,
      }) as Error,
    )
  })

  it('on the web is without what npm and Git add', () => {
    expect(webAddressOf(ours)).toBe('https://example.org/chat/mods')
  })
})
