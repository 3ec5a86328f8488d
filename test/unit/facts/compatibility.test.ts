import {describe, expect, it} from 'vitest'
import {compatibilityIn} from '../../../src/facts/compatibility.ts'
import {readReadme} from '../../../src/facts/readme.ts'

const said = (readme: string): readonly string[] =>
  compatibilityIn(readme).map(({prosody, works}) => `${prosody}: ${String(works)}`)

describe('compatibilityIn', () => {
  it.each([
    [
      'Compatibility\n=============\n\n  ----- -------\n  trunk Works\n  0.12  Works\n  0.11  Does not work\n  ----- -------\n',
      ['trunk: true', '0.12: true', '0.11: false'],
    ],
    [
      "# Compatibility\n\n| Version | Status |\n|---|---|\n| 13.0 | Works |\n| 0.12 | `Doesn't work` |\n",
      ['13.0: true', '0.12: false'],
    ],
    [
      '## Compatibility\n\n  Prosody-Version Status\n  --------------- ----------------------\n  trunk           Works as of 2025-05-25\n  13              Work\n',
      ['trunk: true', '13: true'],
    ],
    [
      '## Compatibility\n\n  trunk as of 2024-10-22   Works\n  0.12.4 and later         Works\n  0.12.3 and older         Does not work\n',
      ['trunk as of 2024-10-22: true', '0.12.4 and later: true', '0.12.3 and older: false'],
    ],
    [
      '## Compatibility\n\n  0.12  Should work\n  0.11  ?\n  0.10  Not needed, it is part of Prosody\n  0.9   Works, but only half\n  0.8   Untested\n',
      ['0.12: null', '0.11: null', '0.10: null', '0.9: null', '0.8: null'],
    ],
    ['# Compatibility\n\nProsody 0.12 or later. Incompatible with 0.11 or lower.\n', ['0.12 or later: true']],
    ['# Compatibility\n\n0.8+\n', ['0.8 and later: true']],
    ['# Compatibility\n\n- 0.12: Works\n- 13.0.x: Broken\n', ['0.12: true', '13.0: false']],
    ['Compatibility\r\n---\r\n\r\n  0.12  Works\r\n', ['0.12: true']],
    [
      '# Compatibility\n\n  0.12  Works\n  0.12  Does not work\n\n# Versions\n\n  0.9  Works\n',
      ['0.12: true'],
    ],
  ])('%j', (readme, rows) => {
    expect(said(readme)).toEqual(rows)
  })

  it.each([
    '',
    '# Compatibility\n',
    '# Compatibility\n\nRequires Prosody trunk (0.12) for the API that came with it.\n',
    '# Compatibility\n\n0.7-0.8.x\nProsody trunk\n2 of 3 servers\n',
    '# Usage\n\n  0.12  Works\n',
    'It is compatible with much.\n\n  0.12  Works\n',
  ])('nothing in %j', (readme) => {
    expect(said(readme)).toEqual([])
  })

  it('of a table without end, the beginning', () => {
    const rows = Array.from({length: 500}, (_, index) => `  ${index}.1  Works\n`).join('')
    expect(said(`# Compatibility\n\n${rows}`)).toHaveLength(32)
  })

  it('is part of what a README says', async () => {
    const found = await readReadme('---\nsummary: Hello\n---\n# Compatibility\n\n  0.12  Works\n')
    expect(found.compatibility).toEqual([{prosody: '0.12', works: true}])
    expect(found.frontMatter?.summary).toBe('Hello')
  })
})
