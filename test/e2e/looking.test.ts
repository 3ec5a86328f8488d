import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {InfoResult} from '../../src/operations/info/types.ts'
import type {SearchResult} from '../../src/operations/search.ts'
import type {TreeResult} from '../../src/operations/needs-graph/tree.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'
import {onTerminal} from '../helpers/terminal.ts'

let sandbox: Sandbox

/** A whole tree of ours with two modules, and a module that needs one of another source. */
const files = {
  'flat/mod_one.lua': 'local cjson = require "cjson"\nreturn module:require "help"\n',
  'flat/mod_two.lua': 'module:depends "http"\n',
  'flat/help.lib.lua': 'return require "basexx"\n',
}

beforeAll(async () => {
  sandbox = await newSandbox()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(sandbox.project, path, '..'), {recursive: true})
    writeFileSync(join(sandbox.project, path), text)
  }
  const manifest = {
    prosody: '13.0',
    image: {debian: 'trixie'},
    modules: {'own/*': '*'},
    sources: {own: {kind: 'path', path: './flat', layout: 'flat'}},
  }
  writeFileSync(join(sandbox.project, 'prosody-mods.json'), JSON.stringify(manifest))
  const {code, stderr} = await sandbox.cli(['install'])
  expect(code, stderr).toBe(0)
})

afterAll(() => sandbox.remove())

async function json<T>(...args: readonly string[]): Promise<T> {
  const {code, stdout, json: result} = await sandbox.cli([...args, '--json'])
  expect(code, stdout).toBe(0)
  return result as T
}

/** Lines as they stand on the screen, without colours. */
async function screen(args: readonly string[], columns: number): Promise<string[]> {
  const shown = await onTerminal(sandbox, args, {columns, env: {FORCE_HYPERLINK: '0'}})
  expect(shown.code).toBe(0)
  return shown.screen.replaceAll(/\u001b\[\d*[mK]/g, '').split('\r\n')
}

describe('search', () => {
  it('gives what fits best first: name, beginning, word, part, text', async () => {
    const {found} = await json<SearchResult>('search', 'smacks')
    expect(found[0]?.module).toBe('jitsi/smacks')
    const rooms = (await json<SearchResult>('search', 'muc_moderation')).found.map(({module}) => module)
    expect(rooms.slice(0, 2)).toEqual(['community/muc_moderation', 'community/muc_moderation_delay'])
    const lobby = (await json<SearchResult>('search', 'lobby')).found.map(({module}) => module)
    expect(lobby[0]).toBe('jitsi-contrib/lobby_autostart')
    expect(lobby.indexOf('jitsi/muc_lobby_rooms')).toBeLessThan(lobby.indexOf('jitsi/muc_wait_for_host'))
  })

  it.each(['425', '0425', 'XEP-0425', 'xep 425'])('finds a XEP by %s', async (word) => {
    const {found} = await json<SearchResult>('search', word)
    expect(found[0]?.module).toBe('community/muc_moderation')
  })

  it('takes words apart, and a part of a name with its source', async () => {
    expect(await json('search', 'muc lobby')).toEqual(await json('search', 'muc', 'lobby'))
    const {found} = await json<SearchResult>('search', 'jitsi/lobby')
    expect(found.map(({module}) => module)).toContain('jitsi/muc_lobby_rooms')
    expect(found.filter(({module}) => !/^jitsi\/.*lobby/.test(module))).toEqual([])
  })

  it('says where else to look, and gives as many as are asked for', async () => {
    const {stdout} = await sandbox.cli(['search', 'lobby', 'zebra'])
    expect(stdout).toMatch(
      /^nothing found\n(?:similar .*\n)?lobby alone: \d+ modules, prosody-mods search lobby\n$/,
    )
    expect((await sandbox.cli(['search', 'asap_accepted'])).stdout).toMatch(
      /^nothing found\n(?:.*\n)*named in code: prosody-mods search --option asap_accepted \(\d+\)/,
    )
    const {found, total} = await json<SearchResult>('search', 'muc', '--limit', '2')
    expect([found.length, total > 2]).toEqual([2, true])
    const {code, stderr} = await sandbox.cli(['search', '--limit', 'few'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--limit: expected a whole number from 1')])
  })

  it.each([60, 100])('shows 20 modules within %i columns, and all with --all', async (columns) => {
    const lines = await screen(['search', 'muc'], columns)
    expect(lines.filter((line) => line.length > columns)).toEqual([])
    expect(lines.filter((line) => /^(?:community|jitsi|jitsi-contrib)\//.test(line))).toHaveLength(20)
    expect(lines.join('\n')).toMatch(/\d+ more of \d+ modules: --all, or --limit <number>/)
    expect((await screen(['search', 'muc', '--all'], columns)).join('\n')).not.toContain('more of')
  })
})

describe('info', () => {
  it.each(['jitsi', 'jitsi/*'])('tells of a source: %s', async (name) => {
    const {source, sources} = await json<InfoResult>('info', name)
    expect(sources).toEqual([])
    expect(source).toMatchObject({
      id: 'jitsi',
      from: 'registry',
      kind: 'github',
      scheme: 'build',
      layout: 'flat',
    })
    expect(source?.known?.newest?.date).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(source?.known?.modules).toBeGreaterThan(80)
  })

  it('tells of a source of the project, with what is locked of it', async () => {
    const {source} = await json<InfoResult>('info', 'own')
    expect(source).toMatchObject({from: 'declared', kind: 'path', voucher: 'user', known: null})
    expect(source?.locked).toEqual([{module: 'own/*', version: 'local', revision: null}])
    expect((await sandbox.cli(['info', 'own'])).stdout).toContain('\n  here       own/*\n')
  })

  it('names the page on a module', async () => {
    const pages = async (name: string): Promise<unknown> =>
      (await json<InfoResult>('info', name)).sources.map(({page}) => page)
    expect(await pages('muc_moderation')).toEqual(['https://modules.prosody.im/mod_muc_moderation.html'])
    expect(await pages('jitsi/polls@10008')).toEqual([
      'https://github.com/jitsi/jitsi-meet/blob/stable/jitsi-meet_10008/resources/prosody-plugins/mod_polls.lua',
    ])
    expect(await pages('lobby_autostart')).toEqual([
      expect.stringMatching(
        /^https:\/\/github\.com\/jitsi-contrib\/prosody-plugins\/tree\/v\d+\/lobby_autostart$/,
      ),
    ])
  })

  it.each(['jitsi/*@10008', 'jitsi@10008'])('refuses %s: a version of a source', async (spec) => {
    const {code, stderr} = await sandbox.cli(['info', spec])
    expect(code).toBe(2)
    expect(stderr).toContain('error[SPEC_INVALID]: jitsi is a source, which is looked up without a version')
    expect(stderr).toContain('prosody-mods info jitsi/<module>@10008')
    expect(stderr).toContain('"prosody-mods versions jitsi" lists')
  })

  it('makes links of addresses where the terminal has them, and none with NO_COLOR', async () => {
    const start = '\u001b]8;;https://github.com/jitsi/jitsi-meet\u001b\\'
    const shown = await onTerminal(sandbox, ['info', 'jitsi'], {
      env: {VTE_VERSION: '7006', TERM: 'xterm-256color'},
    })
    expect(shown.screen).toContain(`${start}https://github.com/jitsi/jitsi-meet\u001b]8;;\u001b\\`)
    const plain = await onTerminal(sandbox, ['info', 'jitsi'], {env: {VTE_VERSION: '7006', NO_COLOR: '1'}})
    expect(plain.screen).not.toContain('\u001b]8')
    expect((await sandbox.cli(['info', 'jitsi'])).stdout).not.toContain('\u001b')
  })
})

describe('tree and why', () => {
  it('tell of a part of a whole tree', async () => {
    const {part} = await json<TreeResult>('tree', 'own/one')
    expect(part).toMatchObject({module: 'own/one', of: 'own/*'})
    expect(Object.keys(part?.needs.libraries ?? {})).toEqual(['basexx', 'cjson'])
    expect((await sandbox.cli(['tree', 'two'])).stdout).toContain(
      "own/two, of own/*\n└─ mod_http: Prosody's own\n",
    )
  })

  it('go as deep as is asked, and the other way', async () => {
    expect((await sandbox.cli(['tree', '--depth', '0'])).stdout).toMatch(/^for .*\nown\/\*\n$/)
    expect((await sandbox.cli(['tree', '--invert', 'cjson'])).stdout).toMatch(
      /^for .*\ncjson: Debian's lua-cjson\n└─ own\/\*\n$/,
    )
    expect((await json<TreeResult>('tree', '--invert')).inverted?.map(({name}) => name)).toEqual([
      'http',
      'basexx',
      'cjson',
    ])
    const {code, stderr} = await sandbox.cli(['tree', 'cjson'])
    expect([code, stderr]).toEqual([3, expect.stringContaining('"prosody-mods tree --invert cjson"')])
    expect((await sandbox.cli(['tree', 'nothing'])).code).toBe(3)
  })

  it('name the places in code', async () => {
    expect((await sandbox.cli(['why', 'basexx'])).stdout).toBe(
      'Lua library basexx is needed by\n  own/*\n    prosody-modules/own/help.lib.lua:1  require "basexx"\n',
    )
  })
})

describe('list', () => {
  it('says in a word who vouches, and explains it on a terminal alone', async () => {
    expect((await sandbox.cli(['list'])).stdout).toMatch(/^MODULE .*\nown\/\* +local +- +yours +3\n$/)
    expect(await screen(['list'], 80)).toContain('yours: a folder or a digest that you named')
    expect((await sandbox.cli(['list', '--help'])).stdout).toMatch(/^  registry·debian  +digests known/m)
  })
})
