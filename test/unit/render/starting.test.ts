import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import type {DepsResult} from '../../../src/operations/deps.ts'
import type {DoctorResult} from '../../../src/operations/doctor/types.ts'
import type {ConfigResult} from '../../../src/operations/config/types.ts'
import {renderConfig} from '../../../src/render/config.ts'
import {renderDeps} from '../../../src/render/deps.ts'
import {renderDoctor} from '../../../src/render/doctor.ts'
import {disableLines, enableLines} from '../../../src/render/enabling.ts'
import {folded} from '../../../src/render/fold.ts'
import {needLines} from '../../../src/render/needs.ts'
import {uncoloured} from '../../../src/render/colours.ts'
import {widthOf} from '../../../src/render/width.ts'

/** As a terminal of that width gets it. */
function atWidth(columns: number, text: string | readonly string[]): string {
  const plain = uncoloured(typeof text === 'string' ? text : `${text.join('\n')}\n`)
  return folded(stripVTControlCharacters(plain), columns)
}

/** Compares with a file of fixtures/; UPDATE_GOLDEN=1 writes it, for whoever then reads what has changed. */
function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, '../../../fixtures/text', name)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text)
  expect(text).toBe(readFileSync(path, 'utf8'))
}

const doctor: DoctorResult = {
  errors: 1,
  warnings: 3,
  checks: [
    ['programs', 'node', 'ok', 'Node.js 20.20.2 on linux x64', null],
    [
      'programs',
      'prosody',
      'warning',
      'Prosody 0.12.3 (/usr/bin/prosody, Lua 5.4, Debian bookworm); prosody-mods.json says 13.0',
      'what "check --boot" finds with it is of 0.12; --root takes a file system with 13.0',
    ],
    ['folders', 'store', 'ok', 'store: /home/me/.cache/prosody-mods/v1 (ext, 82.7 GB free)', null],
    ['project', 'folder', 'note', 'no project here: no prosody-mods.json in /srv or above it', null],
    [
      'network',
      'a.example',
      'warning',
      'a.example: no answer in 4.0 s: connection refused',
      'known releases come from other places',
    ],
    [
      'network',
      'b.example',
      'warning',
      'b.example: no answer in 4.0 s: connection refused',
      'known releases come from other places',
    ],
    ['network', 'c.example', 'ok', 'c.example: answers in 80 ms', null],
    [
      'clock',
      'releases',
      'error',
      'the clock says 2020-01-01, and a release of 2026-07-30 is known already',
      'set the clock',
    ],
  ].map(([section, name, state, text, hint]) => ({
    section,
    name,
    state,
    text,
    hint,
    facts: {},
  })) as unknown as DoctorResult['checks'],
}

const config: ConfigResult = {
  project: '/srv/chat',
  settings: [
    {key: 'cache', value: '/home/me/.cache/prosody-mods', from: 'default', where: null, change: ''},
    {key: 'allowPaths', value: ['/srv/a', '/srv/b'], from: 'flag', where: '--allow-path', change: ''},
    {key: 'oldestIndex', value: null, from: 'default', where: null, change: ''},
    {
      key: 'mirrors.https://raw.githubusercontent.com',
      value: 'https://mirror.example/a/long/path/to/raw',
      from: 'config.json',
      where: '/home/me/.config/prosody-mods/config.json',
      change: '',
    },
    {
      key: 'credentials.github.com',
      value: '(hidden)',
      from: 'environment',
      where: 'GITHUB_TOKEN',
      change: '',
    },
  ],
}

const library = {file: null, rock: null, reason: null, optional: false} as const
const deps: DepsResult = {
  target: {prosody: '13.0', lua: '5.4', debian: 'trixie'},
  libraries: [
    {...library, library: 'basexx', by: 'copy', package: 'lua-basexx', neededBy: ['jitsi/*']},
    {...library, library: 'cjson', by: 'debian', package: 'lua-cjson', neededBy: ['jitsi/*']},
    {...library, library: 'cjson.safe', by: 'debian', package: 'lua-cjson', neededBy: ['jitsi/*', 'own/a']},
    {
      ...library,
      library: 'lfs',
      by: 'debian',
      package: 'lua-filesystem',
      neededBy: ['own/a'],
      optional: true,
    },
    {
      ...library,
      library: 'net.url',
      by: 'rock',
      package: null,
      rock: {name: 'net-url', version: '0.9-1', note: null},
      neededBy: ['a/a', 'a/b', 'a/c', 'a/d'],
    },
    {
      ...library,
      library: 'nowhere',
      by: 'missing',
      package: null,
      reason: 'nobody has it',
      neededBy: ['own/a'],
    },
    ...['digest', 'hmac', 'pkey', 'x509'].map(
      (name) =>
        ({
          ...library,
          library: `openssl.${name}`,
          by: 'debian',
          package: 'lua-luaossl',
          neededBy: ['jitsi/*'],
        }) as const,
    ),
  ],
  commands: {apt: 'apt', luarocks: 'rocks'},
  left: {apt: [], luarocks: []},
  unknown: null,
}

const placement = {where: 'muc-component', evidence: 'line 16: module:depends "muc"'} as const
const enabling = [
  {
    what: 'name',
    text: 'add "muc_moderation" to modules_enabled of Component "conference.example.org" "muc"',
    file: 'prosody.cfg.lua',
    line: 12,
  },
  {
    what: 'list',
    text: 'write below Component "rooms.example.org" "muc": modules_enabled = { "muc_moderation" }',
    file: 'conf.d/rooms.cfg.lua',
    line: 3,
  },
] as const
const module = {name: 'muc_moderation', placement, enabling} as unknown as Parameters<typeof enableLines>[0]

describe.each([60, 100])('text at %d columns', (columns) => {
  const golden = {
    doctor: () => renderDoctor(doctor),
    config: () => renderConfig(config, {columns}),
    deps: () => renderDeps(deps, {columns}),
    enabling: () => [
      ...needLines({
        libraries: {lfs: 'debian:lua-filesystem', basexx: 'copy:lua-basexx', 'net.url': 'rock:net-url@0.9-1'},
      }),
      ...enableLines(module),
      ...enableLines({...module, enabling: null}),
      ...disableLines({
        removed: [],
        stillNamed: [
          {name: 'muc_moderation', by: 'modules_enabled', file: 'prosody.cfg.lua', line: 12, certain: true},
        ],
      }),
      ...disableLines({removed: ['community/a', 'jitsi/*'], stillNamed: null}),
    ],
  }

  it.each(Object.entries(golden))('%s is as it was read, and fits', (name, render) => {
    const text = atWidth(columns, render())
    for (const line of text.split('\n'))
      expect([line, widthOf(line) <= columns || !line.trim().includes(' ')]).toEqual([line, true])
    expectGolden(`${name}-${columns}.txt`, text)
  })
})

describe('lines', () => {
  it('of what is enabled already are none', () => {
    expect(enableLines({...module, enabling: [{...enabling[0], what: 'enabled'}]})).toEqual([])
    expect(disableLines({removed: ['community/a'], stillNamed: []})).toEqual([])
  })
})
