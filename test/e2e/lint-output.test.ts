import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {sarifLog} from '../helpers/sarif.ts'

let sandbox: Sandbox

const folder = 'größe & mehr'

beforeAll(async () => {
  sandbox = await newSandbox()
  mkdirSync(join(sandbox.project, folder))
  const write = (name: string, text: string, encoding: BufferEncoding = 'utf8'): void =>
    writeFileSync(join(sandbox.project, folder, name), text, encoding)
  write('mod_bad.lua', 'if x then\n')
  write('mod_ünused.lua', 'local\tname = "日本"; local other = 1  \n')
  write('mod_good.lua', 'return 1\n')
  write('mod_latin.lua', 'print("\xe4\xf6\xfc"); local x\n', 'latin1')
  write('mod_mark.lua', '\ufeffprint(utf9)  \n')
  writeFileSync(
    join(sandbox.project, 'prosody-mods.json'),
    '{"lint": {"rules": {"unknown-event": "note"}}}\n',
  )
  write('mod_event.lua', 'module:hook("no-such-event", print)\n')
  write('mod_long.lua', `print("${'a'.repeat(3000)}", utf9)\n`)
})

afterAll(() => sandbox.remove())

const inFolder = (name: string): string => `${folder}/${name}`

describe('SARIF', () => {
  test('has a rule for each severity, and paths as URIs', async () => {
    const {stdout, code} = await sandbox.cli(['lint', '--format', 'sarif', '.'])
    const [run] = sarifLog(stdout).runs
    expect(code).toBe(6)
    expect(run?.columnKind).toBe('unicodeCodePoints')
    expect(run?.tool.driver.name).toBe('prosody-mods')
    const levels = run?.tool.driver.rules.map(
      ({id, defaultConfiguration}) => `${id} ${defaultConfiguration.level}`,
    )
    expect(levels).toEqual([
      '011 error',
      '211 warning',
      '612 warning',
      '631 warning',
      'unknown-event note',
      'unknown-global warning',
    ])
    for (const {ruleId, ruleIndex} of run?.results ?? [])
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
    expect(run?.results[0]).toMatchObject({
      ruleId: '011',
      level: 'error',
      locations: [{physicalLocation: {artifactLocation: {uri: 'gr%C3%B6%C3%9Fe%20%26%20mehr/mod_bad.lua'}}}],
    })
    expect(stdout).not.toContain(sandbox.project)
  })

  test('of nothing found is a run without results', async () => {
    const {stdout, code} = await sandbox.cli(['lint', '--format', 'sarif', inFolder('mod_good.lua')])
    const [run] = sarifLog(stdout).runs
    expect(code).toBe(0)
    expect([run?.results, run?.tool.driver.rules]).toEqual([[], []])
  })

  test('is the same every time, and fingerprints stay when lines move', async () => {
    const path = inFolder('mod_moved.lua')
    const full = join(sandbox.project, path)
    const prints = async (): Promise<{readonly text: string; readonly prints: string[]}> => {
      const {stdout: text} = await sandbox.cli(['lint', '--format', 'sarif', path])
      const results = sarifLog(text).runs[0]?.results ?? []
      return {text, prints: results.flatMap(({partialFingerprints}) => Object.values(partialFingerprints))}
    }
    writeFileSync(full, 'local x = 1\nlocal x = 1\n')
    const first = await prints()
    expect(await prints()).toEqual(first)
    writeFileSync(full, 'print(1)\n\n  local x = 1\nlocal x = 1\n')
    const moved = await prints()
    expect(moved.text).not.toBe(first.text)
    expect(moved.prints).toEqual(first.prints)
    expect(new Set(first.prints).size).toBe(3)
    writeFileSync(full, 'local x = 2\n')
    for (const print of (await prints()).prints) expect(first.prints).not.toContain(print)
    writeFileSync(full, 'return 1\n')
  })
})

test('annotations of a workflow name files from where the command was started', async () => {
  const {stdout} = await sandbox.cli(['lint', '--format', 'github', '-C', folder, 'mod_ünused.lua'])
  expect(stdout.split('\n')).toEqual([
    `::warning file=${folder}/mod_ünused.lua,line=1,col=7,endColumn=10,title=luacheck 211::unused variable 'name'`,
    `::warning file=${folder}/mod_ünused.lua,line=1,col=26,endColumn=30,title=luacheck 211::unused variable 'other'`,
    `::warning file=${folder}/mod_ünused.lua,line=1,col=35,endColumn=36,title=luacheck 612::line contains trailing whitespace`,
    '',
  ])
})

test('a person sees carets below what was found, whatever stands before it', async () => {
  const {stdout} = await sandbox.cli(['lint', inFolder('mod_ünused.lua'), inFolder('mod_bad.lua')])
  expect(stdout).toBe(`${folder}/mod_ünused.lua  3 warnings

${folder}/mod_ünused.lua:1:7: warning: unused variable 'name' [211]
  1 | local   name = "日本"; local other = 1
    |         ^^^^

${folder}/mod_ünused.lua:1:26: warning: unused variable 'other' [211]
  1 | local   name = "日本"; local other = 1
    |                              ^^^^^

${folder}/mod_ünused.lua:1:35: warning: line contains trailing whitespace [612]
  1 | local   name = "日本"; local other = 1
    |                                       ^^

${folder}/mod_bad.lua  1 error

${folder}/mod_bad.lua:2:1: error: expected 'end' (to close 'if' on line 1) near <eof> [011]
  2 |
    | ^

1 error, 3 warnings in 2 files; --fix can mend 1
too many warnings: 3, and --max-warnings allows 0
`)
})

test('lines are read as their columns count them', async () => {
  const paths = ['mod_latin.lua', 'mod_mark.lua', 'mod_long.lua'].map(inFolder)
  const {json} = await sandbox.cli(['lint', '--json', ...paths])
  const {findings} = json as {readonly findings: readonly Record<string, unknown>[]}
  const marked = findings.map(({code, source, column, endColumn, sourceColumn = 1}) => [
    code,
    Array.from(source as string)
      .slice(Number(column) - Number(sourceColumn), Number(endColumn) - Number(sourceColumn) + 1)
      .join(''),
  ])
  expect(marked.filter(([code]) => code !== '631')).toEqual([
    ['211', 'x'],
    ['unknown-global', 'utf9'],
    ['612', '  '],
    ['unknown-global', 'utf9'],
  ])
  expect(findings[0]).toMatchObject({source: 'print("äöü"); local x'})
  expect(findings[2]).toMatchObject({fix: {start: 14, end: 16, text: ''}})
})

test.each([
  ['2', 6, true],
  ['3', 0, false],
])('--max-warnings %s of 3', async (limit, exit, said) => {
  const args = ['lint', '--max-warnings', limit, inFolder('mod_ünused.lua')]
  const {stdout, code} = await sandbox.cli(args)
  expect(code).toBe(exit)
  expect(stdout.includes(`too many warnings: 3, and --max-warnings allows ${limit}`)).toBe(said)
})

test('rows of luacheck are no answer for other rules', async () => {
  const {code, stderr} = await sandbox.cli(['lint', '--format', 'luacheck', '--rules', 'prosody', '.'])
  expect(code).toBe(2)
  expect(stderr).toContain('--rules prosody')
})

test('colours are for terminals, and for whoever asks for them', async () => {
  const args = ['lint', inFolder('mod_bad.lua')]
  const plain = await sandbox.cli(args, {env: {FORCE_COLOR: undefined}})
  const coloured = await sandbox.cli(args, {env: {FORCE_COLOR: '1', NO_COLOR: undefined}})
  expect(plain.stdout).not.toContain('\u001b')
  expect(coloured.stdout).toContain('\u001b[31merror\u001b[39m')
  expect(coloured.stdout).toContain('\u001b[31m^\u001b[39m')
  for (const format of ['json', 'sarif', 'github', 'luacheck']) {
    const {stdout} = await sandbox.cli([...args, '--format', format], {
      env: {FORCE_COLOR: '1', NO_COLOR: undefined},
    })
    expect(stdout).not.toContain('\u001b')
  }
})
