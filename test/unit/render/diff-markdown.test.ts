import {describe, expect, it} from 'vitest'
import type {Change} from '../../../src/changes/types.ts'
import type {ChangeReport} from '../../../src/operations/diff/report.ts'
import {diffMarkdown} from '../../../src/render/diff-markdown.ts'

function change(name: string, severity: Change['severity'], note: string | null = null): Change {
  return {
    ...{
      kind: 'option-removed',
      severity,
      name,
      modules: ['greeter'],
      before: 'string, default nil',
      after: null,
    },
    ...{places: {before: {file: 'mod_greeter.lua', line: 1}, after: null}, note},
  }
}

function reportWith(changes: readonly Change[], impacts: ChangeReport['impacts'] = []): ChangeReport {
  const none = {added: [], removed: [], renamed: [], changed: []}
  const extent = {files: 1, bytes: 1000}
  return {
    sources: [
      {
        ...{
          source: 'acme',
          entries: ['acme/greeter'],
          modules: none,
          files: none,
          changedShare: null,
          changes,
          partial: [],
        },
        ...{from: {version: '1', revision: null}, to: {version: '2', revision: null}},
        extent: {before: extent, after: extent},
      },
    ],
    ...{needs: null, impacts, configuration: null},
  }
}

describe('a report in Markdown', () => {
  it('is cut below 60,000 characters, the worst stays, and what was cut is counted', () => {
    const changes = [
      ...Array.from({length: 20}, (_, index) => change(`broken_${index}`, 'breaking')),
      ...Array.from({length: 3000}, (_, index) => change(`news_${index}`, 'news')),
    ]
    const text = diffMarkdown(reportWith(changes))
    expect(text.length).toBeLessThan(60_000)
    expect(text.length).toBeGreaterThan(55_000)
    for (const {name} of changes.slice(0, 20)) expect(text).toContain(`option \`${name}\``)
    const shown = text.match(/^- option /gm)?.length ?? 0
    expect(text).toMatch(
      new RegExp(`_Cut, since a pull request has no room for it: ${3020 - shown} options\\._\\n$`),
    )
    expect(text.match(/<details>/g)).toHaveLength(1)
    expect(text.match(/<\/details>/g)).toHaveLength(1)
  })

  it('names blocks that there is no room for, and stays below the limit with all that it has', () => {
    const many = reportWith(Array.from({length: 900}, (_, index) => change(`broken_${index}`, 'breaking')))
    const [source] = many.sources
    if (source === undefined) throw new Error('there is a source')
    const held = Array.from({length: 200}, (_, index) => ({
      ...{module: `acme/held_${index}` as const, version: '2', date: '2026-11-28', days: 1},
      ...{minimumReleaseAge: '7 days', until: null},
    }))
    const text = diffMarkdown(
      {...many, sources: [source, {...source, source: 'late', entries: ['late/one']}]},
      held,
    )
    expect(text.length).toBeLessThan(60_000)
    expect(text).not.toContain('### late/one')
    expect(text).toMatch(/_Cut, .*: late\/one 1 → 2; releases that are held back \(\d+\); \d+ options\._\n$/)
  })

  it('takes nothing of names and notes for Markdown or HTML', () => {
    const text = diffMarkdown(reportWith([change('a`b', 'breaking', '<img src=x> [a](b) *c* _d_ a_b')]))
    expect(text).toContain('option ``a`b`` of `greeter`')
    expect(text).toContain('\\<img src=x\\> \\[a\\](b) \\*c\\* \\_d\\_ a_b')
  })

  it('has what breaks the project first', () => {
    const impact = {
      ...({severity: 'breaking', kind: 'option', certain: false, hint: 'take it out'} as const),
      message: 'you set a; acme 2 does not read it any more',
      places: [{file: 'conf.d/a.cfg.lua', line: 3}],
    }
    expect(diffMarkdown(reportWith([change('a', 'breaking')], [impact]))).toMatch(
      /^### In this project \(1\)\n\n- \*\*breaks\*\* `conf\.d\/a\.cfg\.lua:3`: you set a; .*, as far as can be told without running it<br>take it out\n\n### acme\/greeter 1 → 2\n/,
    )
  })
})
