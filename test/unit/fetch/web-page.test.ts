import {expect, it} from 'vitest'
import {webPage} from '../../../src/fetch/web-page.ts'
import {rawOf} from '../../../src/sources/forge-pages.ts'

it.each([
  ['https://github.com/a/b/blob/v1.0/x/mod_y.lua', 'https://raw.githubusercontent.com/a/b/v1.0/x/mod_y.lua'],
  ['https://github.com/a/b/blame/main/mod_y.lua', 'https://raw.githubusercontent.com/a/b/main/mod_y.lua'],
  [
    'https://hg.example.org/mods/file/0123456789ab/m/m.lua',
    'https://hg.example.org/mods/raw-file/0123456789ab/m/m.lua',
  ],
  ['https://example.org/mod_y.html', undefined],
])('the file behind %s', (page, raw) => expect(rawOf(page)).toBe(raw))

it('a repository is no module, but may be a source', () => {
  expect(webPage('https://github.com/acme/mods/tree/main/plugins').hint).toContain(
    '{"kind":"github","repository":"acme/mods","folder":"plugins"}',
  )
  expect(webPage('https://github.com/acme/mods').hint).toContain('{"kind":"github","repository":"acme/mods"}')
})
