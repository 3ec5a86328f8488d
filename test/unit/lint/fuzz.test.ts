import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {ProsodyModsError} from '../../../src/errors.ts'
import {readConfig} from '../../../src/lint/options/config.ts'
import {lintAlone, lintFile, type FileToLint} from '../../../src/lint/index.ts'
import {OptionCache} from '../../../src/lint/options/option-cache.ts'
import type {RuleJob} from '../../../src/lint/rules/index.ts'
import {factsOf} from '../../../src/facts/facts.ts'
import {problemIn} from '../../../src/lua/parse.ts'
import {readReadme} from '../../../src/facts/readme.ts'
import {targetOf} from '../../../src/workbench/lint-target.ts'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {damaged, mayDiffer, rowsMayDiffer, stopsLuacheck} from '../../helpers/lua-damage.ts'
import {luaProgram} from '../../helpers/lua-programs.ts'
import {ownRows, realRows} from '../../helpers/luacheck.ts'
import {processorTime} from '../../helpers/processor-time.ts'
import {runProgram} from '../../helpers/program.ts'

/**
 * LINT_FUZZ=<first seed>:<count> tries others than the usual cases; a failure names its seed, which LINT_FUZZ=<seed>:1
 * runs alone.
 */
const [first = 1, count = 250] = (process.env['LINT_FUZZ'] ?? '').split(':').filter(Boolean).map(Number)
const seeds = Array.from({length: count}, (_, index) => first + index)
const timeout = 60_000 + count * 1000

/** Microseconds of the processor that one case may take. */
const slowest = 5_000_000

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prosody-mods-test-'))
})

afterAll(() => {
  rmSync(folder, {recursive: true})
})

function filesIn(root: string): string[] {
  const names = readdirSync(root, {recursive: true, encoding: 'utf8'}).sort()
  return names.filter((name) => name.endsWith('.lua')).map((name) => join(root, name))
}

/** As latin1. */
const real = [join(import.meta.dirname, '../../../fixtures/lint'), '/usr/lib/prosody']
  .flatMap(filesIn)
  .map((path) => readFileSync(path, 'latin1'))
  .filter((text) => text.length < 20_000)

const kinds = {
  made: (seed: number) => Buffer.from(luaProgram(seed)).toString('latin1'),
  damaged: (seed: number) => damaged(real, seed),
  'made and damaged': (seed: number) => damaged([Buffer.from(luaProgram(seed)).toString('latin1')], seed),
}

const layers: FileToLint['layers'] = [{}]
const findings = (text: string) => lintFile(Buffer.from(text, 'latin1'), {layers})

/** What the rules about Prosody find, where the file can be read. */
const ruleFindings = (text: string, rules: RuleJob) =>
  lintAlone({bytes: Buffer.from(text, 'latin1'), layers: undefined, rules}, new OptionCache(new Map())).rules
    ?.findings ?? []

/** Every rule, with each Prosody and with a Lua that lacks much. */
const jobs: readonly RuleJob[] = ['0.12', '13.0'].flatMap((line) => {
  const target = targetOf(line, line === '0.12' ? '5.1' : undefined, embeddedRegistry())
  if (target === undefined) throw new Error(`the registry knows no Prosody ${line}`)
  const settings = {'unknown-event': 'note'} as const
  return [{target, settings, module: 'x', isModule: true}]
})

describe.each(Object.entries(kinds))('programs that are %s', (kind, make) => {
  test('never throw, keep the bound of time and have findings within the file', {timeout}, async () => {
    const rules = new Set<string>()
    for (const seed of seeds) {
      const text = make(seed)
      let found: ReturnType<typeof findings> = []
      let about: ReturnType<typeof ruleFindings> = []
      const time = await processorTime(() => {
        found = findings(text)
        factsOf(Buffer.from(text, 'latin1'), 'x')
        about = jobs.flatMap((job) => ruleFindings(text, job))
      })
      for (const {rule} of about) rules.add(rule)
      expect(time, `seed ${seed}`).toBeLessThan(slowest)
      const lines = text.split(/\r\n|\n\r|\n|\r/)
      const outside = [...found, ...about].filter(({line, column, endColumn}) => {
        const length = Math.max(1, lines[line - 1]?.length ?? -1)
        return column < 1 || column > length || endColumn > length
      })
      expect(outside, `seed ${seed}`).toEqual([])
      const order = [...found].sort((a, b) => a.line - b.line || a.column - b.column)
      expect(found, `seed ${seed}`).toEqual(order)
      expect(findings(text), `seed ${seed}`).toEqual(found)
    }
    if (count >= 250) expect(rules.size, [...rules].join()).toBeGreaterThan(4)
  })

  test('are accepted as the compiler of Lua 5.4 accepts them', {timeout}, async () => {
    for (const seed of seeds) {
      const text = make(seed)
      const path = join(folder, 'one.lua')
      writeFileSync(path, text, 'latin1')
      const compiled = await runProgram(['luac5.4', '-p', path])
      const problem = problemIn(Buffer.from(text, 'latin1'))?.message
      if ((compiled.code === 0) === (problem === undefined)) continue
      expect(
        mayDiffer(text, compiled, problem),
        `seed ${seed}: ${compiled.stderr} / ${problem ?? 'read'}`,
      ).toBe(true)
    }
  })

  test('have the rows of luacheck', {timeout}, async () => {
    const made = seeds.map((seed) => ({seed, text: make(seed)})).filter(({text}) => !stopsLuacheck(text))
    const files = made.map(({seed, text}) => {
      const path = join(folder, `${kind.replaceAll(' ', '-')}-${seed}.lua`)
      writeFileSync(path, text, 'latin1')
      return path
    })
    const [theirs, own] = [await realRows(files, []), ownRows(files, {})]
    const explained: number[] = []
    for (const [index, {seed, text}] of made.entries()) {
      const of = (rows: readonly string[]) => rows.filter((row) => row.startsWith(`${files[index] ?? ''}:`))
      if (of(own).join('\n') !== of(theirs).join('\n') && rowsMayDiffer(text, of(own))) explained.push(seed)
      else expect(of(own), `seed ${seed}`).toEqual(of(theirs))
    }
    expect(made.length).toBeGreaterThan(count / 2)
    expect(explained.length).toBeLessThanOrEqual(Math.ceil(count / 10))
  })
})

test('a comment at the end, or other ends of lines, move nothing', {timeout}, () => {
  const placed = (text: string) =>
    findings(text)
      .filter(({code}) => !code.startsWith('6'))
      .map(({code, line, column, endColumn, name}) => ({code, line, column, endColumn, name}))
  for (const seed of seeds) {
    const text = kinds.made(seed).replace(/\r\n/g, '\n')
    const found = placed(text)
    expect(placed(`${text}\n-- the end\n`), `seed ${seed}`).toEqual(found)
    expect(placed(text.replaceAll('\n', '\r\n')), `seed ${seed}`).toEqual(found)
  }
})

test('a .luacheckrc, however broken, gives options or problems', {timeout}, () => {
  const rc = `std = "lua51+x"\nstds.x = { globals = { "a", b = { fields = { c = {} } } }, read_globals = {} }
ignore = { "21[12]/_.*", "1" } files["a/*.lua"].std = "+busted" files["b"] = { max_line_length = 3 }
local n = { "x" .. "y", -1 } globals = n not_globals = { n[1] } exclude_files = { "**/x" } return { unused = false }`
  for (const seed of seeds) {
    try {
      const {options} = readConfig(Buffer.from(damaged([rc], seed), 'latin1'))
      lintFile(Buffer.from('x = 1'), {layers: [options]})
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(ProsodyModsError)
    }
  }
})

test('front matter, however broken, gives values or a warning', {timeout}, async () => {
  const readme = `---\nlabels:\n- 'Stage-Alpha'\nsummary: "x"\nrockspec:\n  dependencies:\n  - mod_x >= 2\n  build: {copy_directories: [a, b]}\nsuperseded_by: mod\\_y\n...\n\nText &a *a !!js/x`
  for (const seed of seeds) {
    const {frontMatter, warning} = await readReadme(damaged([readme], seed))
    expect([typeof frontMatter, typeof warning], `seed ${seed}`).toContain('undefined')
  }
})
