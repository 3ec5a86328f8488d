import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {anchorsOf, brokenReferences, filesOf, referencesIn, textsOf} from '../../../tools/references.ts'

const root = join(import.meta.dirname, '../../..')
const files = filesOf(root)
const texts = textsOf(root, files)

describe('what docs and comments name', () => {
  it('is there: files, folders, links and their anchors', () => {
    expect(texts.size).toBeGreaterThan(500)
    const count = [...texts].flatMap(([path, text]) => referencesIn(path, text)).length
    expect(count).toBeGreaterThan(200)
    expect(brokenReferences(texts, files, (path) => readFileSync(join(root, path), 'utf8'))).toEqual([])
  })

  it('by hints and help is a page that is there', () => {
    const named = [...texts].flatMap(([path, text]) =>
      path.startsWith('src/') ? [...text.matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([page]) => page) : [],
    )
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((page) => !files.includes(page))).toEqual([])
  })

  it('a decision record begins with the number of its file', () => {
    const records = files.filter((path) => path.startsWith('docs/decisions/'))
    const heads = records.map((path) => `${path} ${texts.get(path)?.split('\n')[0] ?? ''}`)
    expect(heads.length).toBeGreaterThan(10)
    expect(heads.filter((head) => !/^docs\/decisions\/(\d{3})-\S+\.md # \1: \S/.test(head))).toEqual([])
  })
})

describe('a reference that leads nowhere is told, with its line', () => {
  const there = ['docs/a.md', 'docs/b.md', 'src/lua/parse.ts', 'src/lint/rules/ids.ts']
  const page = '# A page\n\n## It works\n\n## It works\n\n```sh\n# not a heading\n```\n'
  const broken = (path: string, text: string): string[] =>
    brokenReferences(new Map([[path, text]]), there, () => page)

  it.each([
    ['a link', '[x](b.md) and\n[y](c.md)', ['docs/a.md:2 c.md']],
    ['an anchor', '[x](b.md#it-works) [y](b.md#it-works-1) [z](b.md#not-a-heading)', ['b.md#not-a-heading']],
    ['an anchor of the same page', '[x](#a-page) [y](#b-page)', ['#b-page']],
    ['a file', 'see src/lua/parse.ts, `src/lua`, src/lua/ and src/lua/gone.ts.', ['src/lua/gone.ts']],
    ['a pattern', '`src/lint/rules/<rule>.ts`, src/*/*.ts, src/rules/<rule>.ts', ['src/rules/<rule>.ts']],
    ['a name', '`parse.ts`, `lua/parse.ts`, rules/gone.ts', ['rules/gone.ts']],
    ['a record', 'as 001-a-decision.md says', ['001-a-decision.md']],
  ])('%s', (_kind, text, expected) => {
    expect(broken('docs/a.md', text)).toEqual(expected.map((end) => expect.stringContaining(end) as string))
  })

  it('in a comment, and not in code', () => {
    const text =
      "const a = 'src/none.ts' // like src/lua/parse.ts\n/** docs/none.md has more. */\nlet b = 1\n"
    expect(broken('src/x.ts', text)).toEqual(['src/x.ts:2 docs/none.md'])
  })

  it('but not what lies elsewhere', () => {
    expect(
      broken('docs/a.md', 'https://example.com/src/x.ts, ./src/x.ts, my-src/y.md, [x](https://a.b/c)'),
    ).toEqual([])
  })
})

it('anchors are those of GitHub', () => {
  expect([...anchorsOf("# What `add` does, and why\n## Prosody's own")]).toEqual([
    'what-add-does-and-why',
    'prosodys-own',
  ])
})
