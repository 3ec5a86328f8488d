import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {defaultConfig, readConfig} from '../../../../src/lint/options/config.ts'
import {compareGlobs, matchesGlob} from '../../../../src/lint/options/globs.ts'
import {compilePattern} from '../../../../src/lint/options/lua-pattern.ts'
import {luacheckRows} from '../../../../src/lint/rows.ts'
import {createEnvironment} from '../../../../src/workbench/environment.ts'
import {lint} from '../../../../src/operations/lint/lint.ts'
import {runLuacheck} from '../../../helpers/luacheck.ts'
import {scratchFolder} from '../../../helpers/scratch.ts'

const configuration = `
local shared = { "one", "two" .. ".three" }
std = "lua51+mine"
stds.mine = { globals = { "mine", fielded = { fields = { a = {}, "b", ro = { read_only = true } } } } }
globals = shared
read_globals = { "four", five = { fields = { "x" } } }
not_globals = { "print" }
ignore = { "21[12]/_.*" }
unused_args = false
max_line_length = 40
files["sub/*.lua"] = { std = "+busted", max_line_length = false }
files["sub"].ignore = { "113" }
files["sub/**/deep.lua"].enable = { "1" }
exclude_files = { "left_out.lua" }
quiet = 1
`

const source = `one = 1; two.three = 2; two.four = 3; mine = four
fielded.a = 1; fielded.b.c = 2; fielded.ro = 3; fielded.other = 4
four = 1; print(five.x, five.y, describe)
local function f(a) local _x, z end -- longer than forty characters
`

describe('.luacheckrc', () => {
  test('has the effect that luacheck gives it', async () => {
    const folder = await scratchFolder()
    const files = ['top.lua', 'left_out.lua', 'x_spec.lua']
    writeFileSync(join(folder, '.luacheckrc'), configuration)
    const {mkdir} = await import('node:fs/promises')
    await mkdir(join(folder, 'sub/more'), {recursive: true})
    await mkdir(join(folder, 'spec'))
    for (const file of [...files, 'sub/a.lua', 'sub/more/deep.lua', 'spec/a_spec.lua', 'sub/none.txt'])
      writeFileSync(join(folder, file), source)
    const {stdout} = await runLuacheck(['.', '--codes', '--ranges', '--formatter', 'plain'], {cwd: folder})
    const request = {paths: ['.'], std: undefined, config: true, rules: undefined}
    const result = await lint(request, createEnvironment({cwd: folder}))
    expect(result.config?.notUnderstood).toEqual([])
    expect(result.findings.flatMap((finding) => luacheckRows(finding.path, [finding]))).toEqual(
      stdout.split('\n').filter((row) => row !== ''),
    )
    expect(result.files).toBe(5)
  })

  test('is read, not run', () => {
    const {problems, options} = readConfig(
      Buffer.from(
        'std = "min"\nos.exit(1)\nlocal x = os.getenv("HOME")\nif x then std = "max" end\nignore = f()\nunused = 3\n',
      ),
    )
    expect(options).toEqual({std: 'min'})
    expect(problems.map(({line, column}) => `${line}:${column}`)).toEqual([
      '2:1',
      '3:11',
      '4:1',
      '5:10',
      '1:1',
    ])
    expect(readConfig(Buffer.from('std = ')).problems).toHaveLength(1)
    expect(readConfig(Buffer.from('return {unused = false}')).options).toEqual({unused: false})
  })

  test('has defaults for some names', () => {
    expect(defaultConfig().files.get('**/*.rockspec')).toEqual({std: '+rockspec'})
  })
})

test.each([
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/c.lua', true],
  ['/a/b', '/a/bc', false],
  ['/a/*.lua', '/a/x.lua', true],
  ['/a/*.lua', '/a/b/x.lua', false],
  ['/**/x.lua', '/x.lua', true],
  ['/a/**/x.lua', '/a/b/c/x.lua', true],
  ['/a/[!x]?.lua', '/a/yz.lua', true],
  ['/a/[!x]?.lua', '/a/xz.lua', false],
  ['/a/[a-c-].lua', '/a/-.lua', true],
])('glob %s and %s: %s', (glob, path, expected) => {
  expect(matchesGlob(glob, path)).toBe(expected)
})

test('narrower globs come later', () => {
  expect(['/a/b.lua', '/**', '/a/*.lua', '/a/**/b.lua'].sort(compareGlobs)).toEqual([
    '/**',
    '/a/**/b.lua',
    '/a/*.lua',
    '/a/b.lua',
  ])
})

test.each([
  ['^a.-b$', 'axxb', true],
  ['%d+', 'x12', true],
  ['^[^%s]+$', 'a b', false],
  ['[]x]', ']', true],
  ['[a-c]*d?', '', true],
  ['%f[%w]word', 'a word', true],
  ['^%b()$', '((x))', true],
  ['(a|b)', 'a', false],
  ['^(_+)[A-Z]', '__X', true],
])('pattern %s and %s: %s', (pattern, text, expected) => {
  expect(compilePattern(pattern)?.(text)).toBe(expected)
})

test.each(['[a', '(a', 'a)', '%', '%b('])('no pattern: %s', (pattern) => {
  expect(compilePattern(pattern)).toBeUndefined()
})
