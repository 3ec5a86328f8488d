import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {mustRun} from '../helpers/program.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
})

afterEach(() => sandbox.remove())

function write(path: string, text: string): string {
  const full = join(sandbox.project, path)
  mkdirSync(join(full, '..'), {recursive: true})
  writeFileSync(full, text, 'latin1')
  return full
}

const read = (path: string): string => readFileSync(join(sandbox.project, path), 'latin1')

describe('--fix', () => {
  test('mends what is safe, keeps every other byte and the mode, and tells what is left', async () => {
    const body = '#!/usr/bin/lua \r\nlocal x = "\xe4" ;; \r\n-- a \r\n \t\r\nprint([[ \r\n ]])  \nprint(1)  '
    const full = write('lua/mod_a.lua', `\xef\xbb\xbf${body.slice(17)}`)
    write('lua/mod_b.lua', body)
    write('lua/mod_c.lua', 'return 1\n')
    chmodSync(full, 0o751)
    const {stdout, code} = await sandbox.cli(['lint', '--fix', 'lua'])
    const mended = 'local x = "\xe4" ;\r\n-- a\r\n\r\nprint([[ \r\n ]])\nprint(1)'
    expect(read('lua/mod_a.lua')).toBe(`\xef\xbb\xbf${mended}`)
    expect(read('lua/mod_b.lua')).toBe(`#!/usr/bin/lua \r\n${mended}`)
    expect(statSync(full).mode & 0o777).toBe(0o751)
    expect(readdirSync(join(sandbox.project, 'lua'))).toEqual(['mod_a.lua', 'mod_b.lua', 'mod_c.lua'])
    expect(stdout).toContain('fixed 12 problems in 2 files\n')
    expect(stdout).toContain('0 errors, 5 warnings in 3 files\n')
    expect(stdout).toContain('trailing whitespace in a string [613]')
    expect(code).toBe(6)
  })

  test('leaves the program that Lua compiles as it was', async () => {
    const source =
      'local f = print;; \n;\n(f or g)("a  \\\n  b", [[ \n ]]);\n;(f)(1) ; \n\n \nreturn {1; 2 ;}\n'
    const full = write('a.lua', source)
    const compiled = async (): Promise<Buffer> => {
      await mustRun(['luac5.4', '-s', '-o', join(sandbox.project, 'out'), full])
      return readFileSync(join(sandbox.project, 'out'))
    }
    const before = await compiled()
    await sandbox.cli(['lint', '--fix', 'a.lua'])
    expect(read('a.lua')).not.toBe(source)
    expect((await compiled()).equals(before)).toBe(true)
  })

  test('with --dry-run writes nothing and prints what patch applies', async () => {
    const source = `${'print(1);;\n'.repeat(3)}${'print(2);\n'.repeat(9)};\nprint(3)  \n--[[ \n\n\n]]\nprint("ü")\t`
    write('my mods/größe.lua', Buffer.from(source).toString('latin1'))
    write('b.lua', 'print(1)  ')
    const before = await readTree(sandbox.project)
    const dry = await sandbox.cli(['lint', '--fix', '--dry-run', '.'])
    expect(await readTree(sandbox.project)).toEqual(before)
    expect(dry.stdout).toContain('would fix 8 problems in 2 files\n')
    expect(dry.code).toBe(0)
    const {json} = await sandbox.cli(['lint', '--fix', '--dry-run', '--json', '.'])
    const {fixed} = json as {readonly fixed: {readonly files: readonly {readonly diff: string}[]}}
    const patch = join(sandbox.project, 'patch')
    writeFileSync(patch, fixed.files.map(({diff}) => diff).join(''))
    expect(dry.stdout.startsWith(readFileSync(patch, 'utf8'))).toBe(true)
    for (const program of [
      ['patch', '-p1', '--fuzz=0', '-i', patch],
      ['git', 'apply', '-R', patch],
    ])
      await mustRun(program, {cwd: sandbox.project})
    await mustRun(['git', 'apply', patch], {cwd: sandbox.project})
    const patched = [read('my mods/größe.lua'), read('b.lua')]
    await mustRun(['git', 'apply', '-R', patch], {cwd: sandbox.project})
    expect(read('b.lua')).toBe('print(1)  ')
    await sandbox.cli(['lint', '--fix', '.'])
    expect([read('my mods/größe.lua'), read('b.lua')]).toEqual(patched)
  })

  test('goes through links to the file, once for all its names', async () => {
    write('real/a.lua', 'print(1)  \n')
    symlinkSync('real/a.lua', join(sandbox.project, 'link.lua'))
    const {stdout} = await sandbox.cli(['lint', '--fix', 'link.lua', 'real', './real/a.lua'])
    expect(read('real/a.lua')).toBe('print(1)\n')
    expect(lstatSync(join(sandbox.project, 'link.lua')).isSymbolicLink()).toBe(true)
    expect(stdout).toContain('fixed 1 problem in 1 file\n')
  })

  test('leaves alone what options hide, and files that do not parse', async () => {
    write('a.lua', 'print(1)  -- luacheck: ignore 612  \n-- luacheck: ignore\nprint(2)  \n')
    write('b.lua', 'print(1)  \nend\n')
    const before = await readTree(sandbox.project)
    await sandbox.cli(['lint', '--fix', '.'])
    const after = await readTree(sandbox.project)
    expect(after['b.lua']).toBe(before['b.lua'])
    expect(after['a.lua']).toContain('print(2)  \n')
  })
})

describe('--fix refuses', () => {
  test('files of installed modules, by any way to them', async () => {
    write('src/mod_own/mod_own.lua', 'module:log("info", "x")  \n')
    await sandbox.cli(['init'])
    expect((await sandbox.cli(['add', './src/mod_own'])).code).toBe(0)
    const [installed = ''] = Object.keys(await readTree(sandbox.project)).filter((path) =>
      /^prosody-modules\/.*\.lua$/.test(path),
    )
    expect(installed).not.toBe('')
    symlinkSync(installed, join(sandbox.project, 'link.lua'))
    const before = await readTree(sandbox.project)
    for (const args of [
      [installed],
      ['.'],
      ['link.lua'],
      ['-C', 'prosody-modules', '.'],
      ['--dry-run', installed],
    ]) {
      const {code, stderr} = await sandbox.cli(['lint', '--fix', ...args])
      expect([args, code]).toEqual([args, 2])
      expect(stderr).toContain('of an installed module')
    }
    expect(await readTree(sandbox.project)).toEqual(before)
    write('prosody-modules/mod_stray.lua', 'print(1)  \n')
    expect((await sandbox.cli(['lint', '--fix', 'src', 'prosody-modules/mod_stray.lua'])).stdout).toContain(
      'fixed 2 problems in 2 files',
    )
    expect((await sandbox.cli(['lint', installed])).code).toBe(6)
  })

  test('files of the store', async () => {
    mkdirSync(join(sandbox.store, 'v1/x'), {recursive: true})
    const stored = join(sandbox.store, 'v1/x/a.lua')
    writeFileSync(stored, 'print(1)  \n')
    const {code, stderr} = await sandbox.cli(['lint', '--fix', stored])
    expect(code).toBe(2)
    expect(stderr).toContain('in the store')
    expect(readFileSync(stored, 'utf8')).toBe('print(1)  \n')
  })

  test('--dry-run alone', async () => {
    write('a.lua', 'print(1)\n')
    expect((await sandbox.cli(['lint', '--dry-run', 'a.lua'])).code).toBe(2)
  })
})
