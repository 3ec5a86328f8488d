import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {sha256Of} from '../../../src/digest.ts'
import {factsOf} from '../../../src/facts/facts.ts'
import {checkRules} from '../../../src/lint/rules/index.ts'
import {withSettings} from '../../../src/lint/rules/settings.ts'
import type {RuleSettings} from '../../../src/lint/rules/types.ts'
import {SourceText} from '../../../src/lint/source/text.ts'
import {readSyntax} from '../../../src/lua/syntax.ts'
import {mainOf} from '../../../src/module-name.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {analysisVersion, knownFacts, knownReport, type KnownFile} from '../../../src/workbench/known-file.ts'
import {analyse, factTargets} from '../../../tools/registry/facts/analyse.ts'

const fixtures = join(import.meta.dirname, '../../../fixtures')
const files = readdirSync(fixtures, {recursive: true, encoding: 'utf8'}).filter((path) =>
  path.endsWith('.lua'),
)
const targets = factTargets(embeddedRegistry())

const settings: readonly RuleSettings[] = [
  {},
  {'unknown-event': 'warning', 'blocking-call': 'error', 'unknown-method': 'note'},
  {'unknown-global': 'off', 'unknown-library': 'off', 'unknown-event': 'error'},
]

it('has every line of Prosody with every Lua that it supports', () => {
  expect(targets.map(({line, lua}) => `${line} ${lua}`)).toEqual([
    '0.12 5.1',
    '0.12 5.2',
    '0.12 5.3',
    '0.12 5.4',
    '13.0 5.2',
    '13.0 5.3',
    '13.0 5.4',
  ])
})

it('gives back the facts of a file as they were read, to the order of members', () => {
  expect(files.length).toBeGreaterThan(40)
  for (const path of files) {
    const bytes = readFileSync(join(fixtures, path))
    const module = mainOf(path)
    const fresh = factsOf(bytes, module)
    const known = throughJson(analyse(bytes, new Set([module]), targets))[module ?? '']
    if (known === undefined) throw new Error(`${path} was not read`)
    expect(JSON.stringify(knownFacts(known)), path).toBe(JSON.stringify(fresh.facts))
  }
})

it('gives back what the rules say, for every target and all settings', () => {
  let found = 0
  for (const path of files) {
    const bytes = readFileSync(join(fixtures, path))
    const read = readSyntax(bytes)
    if (read.problem !== undefined) continue
    const {syntax} = read
    const module = mainOf(path)
    const known = throughJson(analyse(bytes, new Set([module]), targets))[module ?? '']
    if (known === undefined) throw new Error(`${path} was not read`)
    for (const [place, target] of targets.entries()) {
      for (const one of settings) {
        const job = {target, settings: one, module, isModule: true}
        const fresh = checkRules(syntax, new SourceText(syntax.source), job)
        const report = knownReport(known, place)
        if (report === undefined) throw new Error(`${path} has no report`)
        expect(JSON.stringify(withSettings(report, one)), path).toBe(JSON.stringify(fresh))
        found += fresh.findings.length
      }
    }
  }
  expect(found).toBeGreaterThan(500)
})

it('says of every fixture what it said when the facts of the registry were made', async () => {
  const lines = files.sort().map((path): readonly [string, string] => {
    const known = analyse(readFileSync(join(fixtures, path)), new Set([mainOf(path)]), targets)
    return [path, sha256Of(JSON.stringify(known))]
  })
  const text = JSON.stringify({analysis: analysisVersion, files: Object.fromEntries(lines)}, undefined, 2)
  // Where this differs, what the registry knows is out of date: docs/reference/registry.md says what to do.
  await expect(`${text}\n`).toMatchFileSnapshot(join(fixtures, 'facts.json'))
})

it('tells of a file that is no Lua where it goes wrong', () => {
  const known = analyse(Buffer.from('local x = 1\nlocal = 2\n'), new Set(['x', undefined]), targets)
  const problem = {line: 2, column: 7, message: expect.any(String) as string}
  expect(known).toEqual({'': {problem}, x: {problem}})
  expect(knownFacts(known['x'] ?? {facts: {}})).toBeUndefined()
  expect(knownReport(known['x'] ?? {facts: {}}, 0)).toBeUndefined()
})

function throughJson(known: KnownFile): KnownFile {
  return JSON.parse(JSON.stringify(known)) as KnownFile
}
