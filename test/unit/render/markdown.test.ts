import {describe, expect, it} from 'vitest'
import {renderPage} from '../../../src/render/markdown/page.ts'

const page = (text: string, columns = 40): readonly string[] =>
  renderPage(text, columns).trimEnd().split('\n')

describe('a page', () => {
  it('has headings, and what they are about moved in', () => {
    expect(page('# Title\n\nSome words.\n\n## Part\n\nMore of it.\n')).toEqual([
      'Title',
      '',
      '  Some words.',
      '',
      'PART',
      '  More of it.',
    ])
  })

  it('has the words of links to pages, and addresses of others', () => {
    expect(page('See [this](x.md#y) and [that](https://example.org).')).toEqual([
      '  See this and that',
      '  (https://example.org).',
    ])
    expect(page('[https://example.org](https://example.org)')).toEqual(['  https://example.org'])
  })

  it('has code as it is written, bold and emphasis without their marks', () => {
    expect(page('**Not `a*b*c`.** An _em_ in snake_case_word, `x | y`.', 80)).toEqual([
      '  Not a*b*c. An em in snake_case_word, x | y.',
    ])
  })

  it('keeps short code on one line, and breaks long', () => {
    expect(page('Type `prosody-mods add x` there', 24)).toEqual(['  Type', '  prosody-mods add x', '  there'])
  })

  it('has lists, also in lists', () => {
    expect(page('- one that is long enough to be broken\n  and goes on\n- two\n  1. inner\n')).toEqual([
      '  - one that is long enough to be broken',
      '    and goes on',
      '  - two',
      '    1. inner',
    ])
  })

  it('has blocks of code line by line', () => {
    expect(page('```sh\na   b\n\n  c\n```\n')).toEqual(['    a   b', '', '      c'])
    expect(page('    a  b\n    c\n')).toEqual(['    a  b', '    c'])
  })

  it('has a table that fits in columns, and wraps its last', () => {
    const table =
      '| Name | Means |\n| --- | --- |\n| `a` | what a is, in words that go on |\n| `bcd` | b \\| c |\n'
    expect(page(table, 40)).toEqual([
      '  Name  Means',
      '  a     what a is, in words that go on',
      '  bcd   b | c',
    ])
  })

  it('has a table that does not fit as terms with what belongs to them', () => {
    const table =
      '| Form | Example | Means |\n| --- | --- | --- |\n| `source/name` | `jitsi/polls` | the module as this source has it |\n| `x` | | y |\n'
    expect(page(table, 40)).toEqual([
      '  source/name',
      '    example: jitsi/polls',
      '    the module as this source has it',
      '',
      '  x',
      '    y',
    ])
  })
})
