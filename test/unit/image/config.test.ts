import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {isSealed, pluginPaths, renderConfig, type ConfigInput} from '../../../src/image/config.ts'
import {luaString} from '../../../src/text/lua-string.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'prosody-mods-config-'))))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

/** What real Lua makes of a chunk's plugin_paths. */
function evaluated(chunk: string): string[] {
  const path = join(folder, 'config.lua')
  writeFileSync(path, chunk)
  const program = 'dofile(arg[1]) for _, p in ipairs(plugin_paths) do io.write(p, "\\0") end'
  const printed = execFileSync('lua5.4', ['-', path], {input: program, encoding: 'utf8'})
  return printed.split('\0').slice(0, -1)
}

const input = (change: Partial<ConfigInput> = {}): ConfigInput => ({
  modulesPath: '/usr/local/lib/prosody-mods',
  sources: [
    {id: 'jitsi', layout: 'flat'},
    {id: 'own', layout: 'folders'},
    {id: 'community', layout: 'folders'},
  ],
  before: ['/before'],
  after: ['/after'],
  ...change,
})

describe('plugin_paths', () => {
  it('are the user’s, ours with the flat tree last, and the user’s, as Lua reads them', () => {
    const expected = [
      '/before',
      '/usr/local/lib/prosody-mods/community',
      '/usr/local/lib/prosody-mods/own',
      '/usr/local/lib/prosody-mods/jitsi',
      '/after',
    ]
    expect(pluginPaths(input())).toEqual(expected)
    expect(evaluated(renderConfig(input()))).toEqual(expected)
  })

  it('do not depend on the order of the sources, and may be none', () => {
    const reversed = [...input().sources].reverse()
    expect(renderConfig(input({sources: reversed}))).toBe(renderConfig(input()))
    expect(evaluated(renderConfig(input({sources: [], before: [], after: []})))).toEqual([])
  })

  it.each([
    '/with "quotes" and \'others\'',
    '/back\\slash\\',
    '/new\nline',
    '/carriage\r\n2',
    '/tab\t1',
    '/\u00011',
    '/\u001f99',
    '/\u007f0',
    '/]] --',
    '/" os.exit(1) --',
    '/é/😀/\u2028',
    '/%d ${x} $(y)',
  ])('%j stays what it is', (path) => {
    expect(evaluated(renderConfig(input({sources: [], before: [path], after: []})))).toEqual([path])
    expect(luaString(path)).not.toMatch(/[\u0000-\u001f\u007f]/)
  })

  it('keep a zero byte', () => {
    const length = execFileSync('lua5.4', ['-'], {
      input: `io.write(#${luaString('a\u00001')})`,
      encoding: 'utf8',
    })
    expect(length).toBe('3')
  })
})

describe('the seal', () => {
  const text = renderConfig(input())
  it('holds for what was written', () => {
    expect(isSealed(text)).toBe(true)
    expect(isSealed(renderConfig(input({before: ['/new\nline'], sources: []})))).toBe(true)
  })

  it.each([
    ['a path was changed', text.replace('/before', '/behind')],
    ['a line was added at the end', `${text}modules_enabled = {}\n`],
    ['a line was added at the beginning', `admins = {}\n${text}`],
    ['a comment at the top was changed', text.replace('Changes made here', 'Changes')],
    ['line ends were converted', text.replaceAll('\n', '\r\n')],
    ['only the seal’s line end was converted', text.replace(/([0-9a-f]{64})\n/, '$1\r\n')],
    ['the newline at the end is gone', text.slice(0, -1)],
    ['a blank line was added', text.replace('plugin_paths', '\nplugin_paths')],
    ['a BOM was added', `\uFEFF${text}`],
    ['the seal is gone', text.replace(/^-- Sealed.*\n/m, '')],
    ['the seal is another', text.replace(/sha256:../, 'sha256:zz')],
    ['there is nothing', ''],
    ['it is a file of the user', 'plugin_paths = { "/x" }\n'],
  ])('is broken when %s', (_, changed) => {
    expect(changed).not.toBe(text)
    expect(isSealed(changed)).toBe(false)
  })
})
