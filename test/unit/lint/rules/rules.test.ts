import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {ruleIds, ruleSummaries, type RuleId} from '../../../../src/lint/rules/ids.ts'
import {lintRules} from '../../../helpers/lint-rules.ts'

const root = join(import.meta.dirname, '../../../..')
const fixtures = join(root, 'fixtures/rules')

/** `bad.13.0-5.1.mod_x.lua`: for Prosody 13.0 with Lua 5.1, as the main file of module x. */
const fixtureName = /^(good|bad)\.(\d+\.\d+)(?:-(5\.\d))?(?:\.mod_(\w+))?\.lua$/

interface Fixture {
  readonly rule: RuleId
  readonly name: string
  readonly kind: string
  readonly line: string
  readonly lua: string | undefined
  readonly module: string
}

function fixturesOf(rule: RuleId): Fixture[] {
  return readdirSync(join(fixtures, rule)).flatMap((name) => {
    const [, kind, line = '', lua, module = 'fixture'] = fixtureName.exec(name) ?? []
    return kind === undefined ? [] : [{rule, name, kind, line, lua, module}]
  })
}

/** `line severity`, for each word behind `--!`. */
function expected(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const words = /--! (.*)$/.exec(line)?.[1]?.split(' ') ?? []
    return words.map((severity) => `${index + 1} ${severity}`)
  })
}

function found({rule, name, line, lua, module}: Fixture): string[] {
  const folder = join(fixtures, rule)
  const findings = lintRules(readFileSync(join(folder, name)), {
    line,
    lua,
    module,
    settings: {'unknown-event': 'note'},
    library: (library) => {
      const path = join(folder, `${library}.lib.lua`)
      return existsSync(path) ? readFileSync(path) : undefined
    },
  })
  return findings.filter((finding) => finding.rule === rule).map((one) => `${one.line} ${one.severity}`)
}

describe.each(ruleIds)('%s', (rule) => {
  const all = fixturesOf(rule)

  it('has good and bad fixtures, a page and a summary', () => {
    expect(all.map(({kind}) => kind)).toEqual(expect.arrayContaining(['good', 'bad']))
    const page = readFileSync(join(root, `docs/lint/${rule}.md`), 'utf8')
    expect(page).toMatch(new RegExp(`^# ${rule}\n`))
    expect(ruleSummaries[rule]).toMatch(/^[a-z].*[^.]$/)
    expect(readFileSync(join(root, 'docs/lint.md'), 'utf8')).toContain(`(lint/${rule}.md)`)
  })

  it.each(all)('$name', (fixture) => {
    const text = readFileSync(join(fixtures, rule, fixture.name), 'utf8')
    const wanted = rule === 'unmet-metadata' && fixture.kind === 'bad' ? metadataLines(text) : expected(text)
    if (fixture.kind === 'bad') expect(wanted.length).toBeGreaterThan(0)
    else expect(wanted).toEqual([])
    expect(found(fixture)).toEqual(wanted)
  })

  it.each(all.filter(({lua}) => lua === undefined))('$name is Lua', ({name}) => {
    execFileSync('luac5.4', ['-p', join(fixtures, rule, name)])
  })
})

/** A mark behind metadata would be part of it. */
function metadataLines(text: string): string[] {
  return text.split('\n').flatMap((line, index) => (line.startsWith('--%') ? [`${index + 1} warning`] : []))
}
