import {describe, expect, it} from 'vitest'
import {readReadme} from '../../../src/facts/readme.ts'

const none = {summary: null, labels: [], dependencies: [], copiedFolders: [], supersededBy: null}

describe('readReadme', () => {
  it.each([
    [
      '---\nsummary: Hello\nlabels:\n- Stage-Beta\n- Type-Auth\n---\n# Text\n',
      {summary: 'Hello', labels: ['Stage-Beta', 'Type-Auth']},
    ],
    ['---\nsummary: Hello\n...\n\nText\n---\n', {summary: 'Hello'}],
    ['---\r\nlabels: Stage-Alpha\r\n...\r\nText', {labels: ['Stage-Alpha']}],
    ['\uFEFF---\nsummary: mod\\_bosh\n---\n', {summary: 'mod_bosh'}],
    ['---\nsummary:\nlabels:\n---\n', {}],
    [
      '---\nrockspec:\n  dependencies:\n  - mod_http_oauth2 >= 200\n  build:\n    copy_directories:\n    - html\nsuperseded_by: mod_x\n---\n',
      {dependencies: ['mod_http_oauth2 >= 200'], copiedFolders: ['html'], supersededBy: 'mod_x'},
    ],
    ['---\nlabels: [1, null, {a: b}, x]\nrockspec: none\n---\n', {labels: ['1', 'x']}],
    ['---\n__proto__: x\nsummary: y\n---\n', {summary: 'y'}],
  ])('%j', async (text, found) => {
    expect(await readReadme(text)).toEqual({frontMatter: {...none, ...found}, warning: undefined})
  })

  it.each([
    '',
    '# Title\n',
    'Text\n---\nsummary: no\n---\n',
    '---\nnever closed: x\n',
    '---\n---\n',
    '--- x\nsummary: y\n---\n',
  ])('nothing in %j', async (text) => {
    expect(await readReadme(text)).toEqual({frontMatter: undefined, warning: undefined})
  })

  it.each([
    ['---\nlabels:\n\t- Stage-Beta\n---\n', /^its front matter is not valid YAML: .*[Tt]abs?/],
    ['---\na: [\n---\n', /^its front matter is not valid YAML/],
    ['---\n- a\n---\n', /^its front matter is no list of keys and values$/],
    ['---\na: &a [x, x]\nb: [*a, *a]\n---\n', /^its front matter is not valid YAML: .*alias/i],
  ])('a warning for %j', async (text, warning) => {
    const found = await readReadme(text)
    expect(found.frontMatter).toBeUndefined()
    expect(found.warning).toMatch(warning)
  })
})
