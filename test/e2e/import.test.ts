import {mkdir, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {ImportResult, LineState} from '../../src/operations/import/types.ts'
import {newSandbox, readTree, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {
  elsewhere,
  putFiles,
  startImportPublishers,
  tag,
  type ImportPublishers,
} from '../helpers/import-publishers.ts'

let publishers: ImportPublishers
let sandbox: Sandbox
let [revision, commit] = ['', '']

beforeAll(async () => {
  publishers = await startImportPublishers()
  ;({revision, commit} = publishers)
}, 60_000)

afterAll(() => publishers.close())

beforeEach(async () => {
  sandbox = await newSandbox()
  await publishers.configure(sandbox)
})

afterEach(() => sandbox.remove())

const put = async (files: Readonly<Record<string, string>>): Promise<void> => putFiles(sandbox, files)

async function run(...args: readonly string[]): Promise<CliOutput> {
  return sandbox.cli(['import', ...args, '--json'], {timeout: 60_000})
}

async function imported(...args: readonly string[]): Promise<ImportResult> {
  const output = await run(...args)
  expect(output.code, output.stdout + output.stderr).toBe(0)
  return output.json as ImportResult
}

function linesOf({lines}: ImportResult, state: LineState): number[] {
  return [...new Set(lines.filter((one) => one.state === state).map(({line}) => line))]
}

function modulesOf({modules}: ImportResult): Record<string, string> {
  return Object.fromEntries(modules.map(({module, version}) => [module, version]))
}

const readProject = async (path: string): Promise<string> => readFile(join(sandbox.project, path), 'utf8')

/** Puts the case of three ways into the project, without what it is to become. Returns that. */
async function putThreeWays(): Promise<string> {
  const {'Dockerfile.imported': newWay = '', ...files} = await publishers.fixture('three-ways')
  await put(files)
  return newWay
}

describe('a Dockerfile that fetches modules in three ways', () => {
  let newWay = ''

  beforeEach(async () => {
    newWay = await putThreeWays()
  })

  it('becomes a project with the same files, and no line is left over', async () => {
    const result = await imported('Dockerfile', '--verify')
    expect(modulesOf(result)).toEqual({
      'jitsi/*': '20001',
      'greeting/greeting': 'local',
      'community/conversejs': '2026.7.20',
    })
    expect(linesOf(result, 'not-understood')).toEqual([])
    expect(result.missing).toEqual([])
    expect(result.image).toEqual({
      from: 'debian:bookworm-slim',
      user: 'prosody',
      ports: ['5222', '5280'],
      volumes: ['/var/lib/prosody'],
    })
    expect(result.libraries.map(({name, version}) => [name, version])).toEqual([
      ['curl', null],
      ['prosody', null],
      ['lua-event', null],
      ['lua-dbi-postgresql', null],
      ['basexx', '0.4.1-1'],
    ])
    expect(result.verified?.map(({path, state}) => [path, state]).sort()).toEqual([
      ['prosody-modules/community/mod_conversejs/mod_conversejs.lua', 'same'],
      ['prosody-modules/greeting/mod_greeting/mod_greeting.lua', 'same'],
      ['prosody-modules/jitsi/mod_counts.lua', 'same'],
      ['prosody-modules/jitsi/mod_speaks.lua', 'same'],
      ['prosody-modules/jitsi/util.lib.lua', 'same'],
    ])
    expect(await readProject('Dockerfile')).toBe(newWay)
    expect((await sandbox.cli(['verify'])).code).toBe(0)
    expect((await sandbox.cli(['install', '--frozen', '--offline'])).code).toBe(0)
  })

  it('gives nothing more when it is run again', async () => {
    await imported('Dockerfile')
    const before = await readTree(sandbox.project)
    const again = await imported('Dockerfile')
    expect(again.modules).toEqual([])
    expect(again.dockerfile).toBeNull()
    expect(linesOf(again, 'not-understood')).toEqual([])
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('is left alone by a dry run, which tells the same', async () => {
    const before = await readTree(sandbox.project)
    const tried = await imported('Dockerfile', '--dry-run')
    expect(await readTree(sandbox.project)).toEqual(before)
    expect(tried.dockerfile?.diff).toContain('+COPY prosody-modules/ /usr/local/lib/prosody-mods/')
    const done = await imported('Dockerfile')
    expect({...done, dryRun: true, added: null}).toEqual({...tried, added: null})
  })

  it('leaves nothing behind where bytes are missing', async () => {
    const before = await readTree(sandbox.project)
    const {code, json} = await run('Dockerfile', '--offline')
    expect(code).toBe(5)
    expect(json).toMatchObject({error: {code: 'OFFLINE_MISSING'}})
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('goes into a project that is there already, beside what that has', async () => {
    await put({'own/mod_mine.lua': 'module:hook("y", function () end);\n'})
    expect((await sandbox.cli(['init', '--prosody', '0.12', '--debian', 'bookworm'])).code).toBe(0)
    expect((await sandbox.cli(['add', './own'])).code).toBe(0)
    const result = await imported('Dockerfile')
    expect(result.added?.made).toBeUndefined()
    const {modules} = JSON.parse(await readProject('prosody-mods.json')) as {modules: object}
    expect(Object.keys(modules).sort()).toEqual([
      'community/conversejs',
      'greeting/greeting',
      'jitsi/*',
      'own/mine',
    ])
  })

  it('is told to a person with what was taken, why the rest goes, and the difference', async () => {
    const {code, stdout} = await sandbox.cli(['import', 'Dockerfile', '--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('\ntaken\n  jitsi/* 20001 (line 15)\n')
    expect(stdout).toContain('  community/conversejs 2026.7.20 (line 20)\n')
    expect(stdout).toContain('prosody.cfg.lua sets plugin_paths')
    expect(stdout).toContain('\n--- a/Dockerfile\n+++ b/Dockerfile\n')
    expect(stdout).toContain(', 0 not understood; dry run: ')
  })
})

describe('what is not understood', () => {
  const base = 'FROM debian:bookworm\n'

  it.each([
    [
      'a module that is written in place',
      "RUN echo 'return 1' > /opt/plugins/mod_own.lua\n",
      'it writes a module itself, mod_own.lua',
    ],
    [
      'a module whose version has no value',
      'ARG V\nRUN curl -o /opt/mod_a.lua https://example.org/$V/mod_a.lua\n',
      '$V has no value here',
    ],
    [
      'modules that nothing brings',
      'RUN cp /somewhere/mod_lost.lua /opt/plugins/\n',
      'nothing here brings mod_lost.lua',
    ],
    [
      'a program of which nobody knows what it does',
      'RUN fetch-prosody-plugins --all\n',
      'what it does is not known',
    ],
    ['an instruction that is none', 'RNU true\n', "it can't be read: unknown instruction RNU"],
    ['what is no shell', 'RUN if true; then (\n', "it can't be read: expected"],
  ])('is told: %s', async (...[, lines, why]) => {
    await put({Dockerfile: base + lines})
    const result = await imported('Dockerfile', '--dry-run')
    const open = result.lines.filter(({state}) => state === 'not-understood')
    expect(open.map(({what}) => what).join('\n')).toContain(why)
    expect(open.every(({hint}) => hint !== null)).toBe(true)
    expect((await run('Dockerfile', '--dry-run', '--strict')).code).toBe(6)
  })

  it('is a change of what was fetched that has no exact counterpart: it stays with its line', async () => {
    await put({
      Dockerfile: `${base}RUN curl -o /opt/mod_greeting.lua https://raw.githubusercontent.com/somebody/server-scripts/${commit}/${elsewhere} \\\n && sed -i 's/x/\\U&/' /opt/mod_greeting.lua\n`,
    })
    const result = await imported('Dockerfile')
    expect(linesOf(result, 'taken')).toEqual([2])
    const [open] = result.lines.filter(({state}) => state === 'not-understood')
    expect(open).toMatchObject({
      line: 3,
      what: "what it changes can't be told exactly: \\U in a replacement",
    })
    expect(await readProject('Dockerfile')).toContain("RUN sed -i 's/x/\\U&/' /opt/mod_greeting.lua\n")
  })

  it.each([
    ['an image', 'x.png', '\u0089PNG\r\n\u001a\n\0\0', 'binary data'],
    ['JSON', 'package.json', '{"a": 1}\n', 'JSON'],
    ['Lua', 'mod_a.lua', 'module:hook("x", function () end)\n', 'Lua'],
  ])('ends with 2 where it is %s, and says so', async (...[, name, text, seen]) => {
    await put({[name]: text})
    const {code, json} = await run(name)
    expect(code).toBe(2)
    expect(json).toMatchObject({error: {code: 'USAGE', details: {path: name, seen}}})
  })

  it('is no variable without a value in what is about no module: it is told, and no more', async () => {
    await put({Dockerfile: `${base}RUN echo "$WHO" > /etc/who\n`})
    const result = await imported('Dockerfile', '--dry-run', '--strict')
    expect(result.missing).toEqual([{name: 'WHO', line: 2}])
  })

  it('is no comparison of what is not written', async () => {
    await put({Dockerfile: base})
    expect((await run('Dockerfile', '--dry-run', '--verify')).code).toBe(2)
  })

  it('ends with 3 where there is no such file', async () => {
    const {code, json} = await run('nowhere')
    expect(code).toBe(3)
    expect(json).toMatchObject({error: {code: 'PATH_NOT_FOUND', details: {path: 'nowhere'}}})
  })
})

describe('a Dockerfile that makes several images', () => {
  it('is about the one with Prosody, and says which Debian that is of', async () => {
    const text = `FROM debian:bookworm AS chat
RUN apt-get install -y prosody
ADD https://hg.prosody.im/prosody-modules/raw-file/${publishers.revision}/mod_conversejs/mod_conversejs.lua /opt/
EXPOSE 5222
FROM python:3.12
EXPOSE 80
`
    await put({Dockerfile: text})
    const result = await imported('Dockerfile')
    expect(result.image).toMatchObject({from: 'debian:bookworm', ports: ['5222']})
    expect(result.added?.made?.target).toMatchObject({
      prosody: '0.12',
      debian: 'bookworm',
      because: 'Dockerfile has FROM debian:bookworm',
    })
  })

  it.each([
    [
      ['--debian', 'trixie'],
      ['13.0', 'trixie'],
    ],
    [
      ['--prosody', '13.0'],
      ['13.0', 'bookworm'],
    ],
  ])('goes by %s where that is given', async (flags, expected) => {
    await put({
      'chat.Dockerfile': `FROM debian:bookworm\nRUN apt-get install -y prosody\nADD https://hg.prosody.im/prosody-modules/raw-file/${publishers.revision}/mod_conversejs/mod_conversejs.lua /opt/\n`,
    })
    const {added} = await imported('chat.Dockerfile', ...flags)
    expect([added?.made?.target.prosody, added?.made?.target.debian]).toEqual(expected)
  })
})

it.each([
  ['node:20-bookworm-slim', '0.12', 'bookworm', '/usr/local/lib/prosody-mods/', ''],
  ['python:3.13-trixie', '13.0', 'trixie', '/usr/local/lib/prosody-mods/', ''],
  ['jitsi/prosody', '13.0', 'trixie', '/prosody-plugins-custom/', ', for which stable-11146 stands'],
  [
    'ghcr.io/jitsi/prosody:unstable',
    '13.0',
    'trixie',
    '/prosody-plugins-custom/',
    ', for which stable-11146 stands',
  ],
  ['jitsi/prosody:stable-9457', '0.12', 'bookworm', '/prosody-plugins-custom/', ''],
])(
  'of an image from %s, modules go where its Prosody looks for them',
  async (...[from, prosody, debian, place, more]) => {
    await put({
      Dockerfile: `FROM ${from}\nADD https://hg.prosody.im/prosody-modules/raw-file/tip/mod_pinger/mod_pinger.lua /x/\n`,
    })
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(result.added?.made?.target).toMatchObject({prosody, debian})
    expect(result.added?.made?.target.because).toContain(`Dockerfile has FROM ${from}${more}`)
    expect(result.dockerfile?.diff).toContain(`\n+COPY prosody-modules/ ${place}`)
  },
)

describe('a repository that is fetched whole', () => {
  const clone =
    'FROM debian:bookworm\nCOPY prosody.cfg.lua /etc/prosody/\nRUN hg clone https://hg.prosody.im/prosody-modules /opt/modules\n'

  it('gives the modules that the configuration enables', async () => {
    await putThreeWays()
    await put({Dockerfile: clone})
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(modulesOf(result)).toEqual({'community/conversejs': expect.any(String) as string})
    expect(result.enabled).toContain('conversejs')
    expect(result.dockerfile?.diff).toContain('\n-RUN hg clone')
  })

  it('gives all where nothing says which', async () => {
    await put({Dockerfile: clone.replace(/COPY.*\n/, '')})
    const result = await imported('Dockerfile', '--dry-run', '--offline', '--strict')
    expect(result.modules.length).toBeGreaterThan(300)
    expect(linesOf(result, 'taken')).toEqual([2])
    expect(result.notes.join('\n')).toContain(
      'nothing here says which of its modules are enabled: all that can be had',
    )
    expect(result.dockerfile?.diff).toContain('\n-RUN hg clone')
  })

  it('leaves out what the repository did not have at its revision, and what Prosody can not load', async () => {
    await put({Dockerfile: clone.replace(/COPY.*\n/, '').replace('clone', `clone -r ${publishers.revision}`)})
    const result = await imported('Dockerfile', '--verify')
    expect(modulesOf(result)).toEqual({'community/conversejs': '2026.7.20'})
    expect(result.notes.join('\n')).toMatch(
      /\d{3} modules that the repository did not have at that revision are left out/,
    )
    expect(result.notes.join('\n')).toMatch(
      /^community\/pastebin is left out: mod_pastebin\/mod_pastebin\.lua:1:\d+: not valid Lua: /m,
    )
    expect(linesOf(result, 'taken')).toEqual([2])
  })

  it('gives those that configuration beside it enables, where none goes into the image', async () => {
    await putThreeWays()
    await put({Dockerfile: clone.replace(/COPY.*\n/, '')})
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(modulesOf(result)).toEqual({'community/conversejs': expect.any(String) as string})
    expect(result.notes.join('\n')).toContain('taken are those that prosody.cfg.lua beside it names, 1 of ')
  })

  it('gives those that a template of the configuration names', async () => {
    await put({
      'etc/prosody.cfg.lua.tmpl':
        'modules_enabled = {\n  "conversejs"; -- "http_altconnect";\n  {{ range .More }} {{ . | quote }}; {{ end }}\n}\n',
      Dockerfile: clone.replace('COPY prosody.cfg.lua', 'COPY etc/'),
    })
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(modulesOf(result)).toEqual({'community/conversejs': expect.any(String) as string})
  })

  it('says which scripts of the image name the folder that it lay in', async () => {
    await putThreeWays()
    await put({
      'start.sh': '#!/bin/sh\nln -s /opt/modules/mod_$X /opt/enabled/\n',
      Dockerfile: `${clone}COPY start.sh /\n`,
    })
    const {notes} = await imported('Dockerfile', '--dry-run', '--offline')
    expect(notes.join('\n')).toContain('start.sh names /opt/modules, where modules lay')
  })

  it('stays with its line where one of the modules can not work with this Prosody', async () => {
    const copy = (names: string): string =>
      `FROM debian:bookworm\nRUN apt-get install -y prosody\nRUN hg clone https://hg.prosody.im/prosody-modules /opt/m && cp -r ${names} /opt/enabled/ && rm -rf /opt/m\n`
    for (const others of ['', ' /opt/m/mod_pinger']) {
      await put({Dockerfile: copy(`/opt/m/mod_storage_s3 /opt/m/mod_muc_cache_media${others}`)})
      const result = await imported('Dockerfile', '--dry-run', '--offline')
      expect(Object.keys(modulesOf(result)), others).toEqual(others === '' ? [] : ['community/pinger'])
      const [line] = result.lines.filter(({state}) => state === 'not-understood')
      expect(line?.what).toContain("community/storage_s3 can't work with Prosody 0.12")
      expect(line?.what).toContain("community/muc_cache_media can't work with Prosody 0.12")
      expect(line?.what.includes('taken of it: community/pinger')).toBe(others !== '')
      expect(linesOf(result, 'taken')).toEqual([])
      expect(result.dockerfile?.diff ?? '').not.toContain('\n-RUN hg clone')
    }
  })

  it('gives the newest that works with this Prosody, which is found without fetching', async () => {
    await put({
      Dockerfile:
        'FROM debian:bookworm\nRUN apt-get install -y prosody\nRUN hg clone https://hg.prosody.im/prosody-modules /opt/m && cp -r /opt/m/mod_http_oauth2 /opt/enabled/ && rm -rf /opt/m\n',
    })
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(modulesOf(result)['community/http_oauth2']).toMatch(/^2023\./)
    expect(result.notes.join('\n')).toMatch(
      /^community\/http_oauth2 2023\.\S+ is the newest that works with this Prosody, so it is taken$/m,
    )
  })

  it('tells what is enabled and not published any more, but nothing that Prosody has by now', async () => {
    await put({
      Dockerfile: clone.replace('bookworm', 'trixie'),
      'prosody.cfg.lua': 'modules_enabled = { "pinger", "http_upload", "carbons", "none_such" }\n',
    })
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(Object.keys(modulesOf(result))).toEqual(['community/pinger'])
    expect(result.notes.join('\n')).toMatch(
      /; of those that are named it has no more: http_upload since 2024\.10\.27 \(its last version is community\/http_upload@2024\.10\.\d+\)$/m,
    )
  })

  it('gives those that are named', async () => {
    await put({Dockerfile: clone})
    const result = await imported('Dockerfile', '--take', 'mod_conversejs', '--dry-run', '--offline')
    expect(modulesOf(result)).toEqual({'community/conversejs': expect.any(String) as string})
  })
})

it('tells a dry run how to do the same for real, with what it was given', async () => {
  await put({
    Dockerfile: 'FROM debian:trixie\nRUN hg clone https://hg.prosody.im/prosody-modules /opt/modules\n',
  })
  const flags = ['--take', 'pinger', '--build-arg', 'A=b c', '--run', '--strict', '--debian', 'trixie']
  const {stdout} = await sandbox.cli(['import', 'Dockerfile', ...flags, '--dry-run', '--offline'])
  expect(stdout.split('\n').at(-2)).toBe(
    "next: prosody-mods import Dockerfile --run --strict --offline --take pinger --build-arg 'A=b c' --debian trixie",
  )
})

it.each([
  [[], ['13.0', 'trixie', 'the newest that is known, since nothing says which']],
  [
    ['--debian', 'bookworm'],
    ['0.12', 'bookworm', 'as --debian says, and the Prosody of that suite'],
  ],
  [
    ['--prosody', '0.12'],
    ['0.12', 'bookworm', 'as --prosody says'],
  ],
  [
    ['--prosody', '13.0', '--debian', 'bookworm'],
    ['13.0', 'bookworm', 'as --prosody and --debian say'],
  ],
])('makes of a text with %j a project for that', async (flags, expected) => {
  await put({
    'tasks.yml': 'url: https://hg.prosody.im/prosody-modules/raw-file/tip/mod_pinger/mod_pinger.lua\n',
  })
  const {added} = await imported('tasks.yml', '--any', '--dry-run', '--offline', ...flags)
  const {prosody, debian, because} = added?.made?.target ?? {}
  expect([prosody, debian, because]).toEqual(expected)
})

describe('a Dockerfile below its build context', () => {
  const text = (more = ''): string =>
    `FROM debian:trixie\nADD https://hg.prosody.im/prosody-modules/raw-file/${publishers.revision}/mod_conversejs/mod_conversejs.lua /x/\n${more}`
  const copy = 'COPY images/chat/prosody.cfg.lua /etc/prosody/\n'
  const compose =
    'services:\n  chat:\n    build:\n      context: .\n      dockerfile: images/chat/Dockerfile\n'

  it.each([
    ['by what it copies', {more: copy}, 'it copies images/chat/prosody.cfg.lua'],
    ['by Compose', {more: '', 'compose.yaml': compose}, 'compose.yaml says so'],
  ])('has its project there, as is seen %s', async (...[, {more, ...files}, why]) => {
    await put({
      ...files,
      'images/chat/Dockerfile': text(more),
      'images/chat/prosody.cfg.lua': 'modules_enabled = { "conversejs" }\n',
    })
    const dry = await imported('images/chat/Dockerfile', '--dry-run')
    const result = await imported('images/chat/Dockerfile')
    expect(dry.added?.changes).toEqual(result.added?.changes)
    expect(result.folder).toBe(sandbox.project)
    expect(result.notes[0]).toBe(
      `images/chat/Dockerfile is built from ${sandbox.project} (${why}), so the project is there`,
    )
    expect(result.added?.made?.target).toMatchObject({prosody: '13.0', debian: 'trixie'})
    expect(await readProject('images/chat/Dockerfile')).toContain('\nCOPY prosody-modules/ ')
    expect(await readProject('prosody-modules/community/mod_conversejs/mod_conversejs.lua')).not.toBe('')
    expect(await readProject('.dockerignore')).toContain('.git/')
  })

  it.each([
    ['copies nothing', {more: ''}],
    ['copies what lies beside it', {more: 'COPY prosody.cfg.lua /etc/prosody/\n'}],
    ['copies what is nowhere', {more: 'COPY none.such /etc/prosody/\n'}],
    [
      'is built by Compose from its own folder',
      {more: '', 'compose.yaml': 'services:\n  chat:\n    build: images/chat\n'},
    ],
  ])('has its project beside it where it %s', async (_, {more, ...files}) => {
    await put({
      ...files,
      'images/chat/Dockerfile': text(more),
      'images/chat/prosody.cfg.lua': 'modules_enabled = { "conversejs" }\n',
    })
    const result = await imported('images/chat/Dockerfile', '--dry-run', '--offline')
    expect(result.folder).toBe(join(sandbox.project, 'images/chat'))
    expect(result.notes.join('\n')).not.toContain('is built from')
  })
})

it('leaves out what the newest release of a tree does not have, where others are taken of it', async () => {
  const raw = 'https://raw.githubusercontent.com/jitsi/jitsi-meet/master/resources/prosody-plugins'
  const add = (name: string): string => `ADD ${raw}/${name}.lua /opt/modules/\n`
  await put({
    Dockerfile: `FROM debian:trixie\n${add('mod_muc_lobby_rooms')}${add('mod_speakerstats')}${add('mod_speakerstats_component')}`,
  })
  const result = await imported('Dockerfile', '--dry-run', '--offline')
  expect(Object.keys(modulesOf(result))).toEqual(['jitsi/muc_lobby_rooms', 'jitsi/speakerstats_component'])
  expect(result.lines.filter(({state}) => state === 'not-understood')).toMatchObject([
    {line: 3, what: expect.stringContaining('jitsi/speakerstats is in no release after 10978') as string},
  ])
})

describe('edits of modules by sed and perl', () => {
  beforeEach(async () => put(await publishers.fixture('edited')))

  const path = 'patches/import-mod_counts.patch'

  it('become patches that give the bytes that the programs would give', async () => {
    const result = await imported('Dockerfile')
    expect(result.patches).toEqual({'jitsi/*': [path]})
    expect(await readProject('prosody-modules/jitsi/mod_counts.lua')).toBe(
      '-- of this site\nmodule:get_name();\n',
    )
    expect(await readProject(path)).toBe(
      [
        "As line 13 of Dockerfile did: sed -i -e 's/set_global/get_name/' /opt/plugins/mod_counts.lua",
        "As line 14 of Dockerfile did: sed -i '1i -- of this site' /opt/plugins/mod_counts.lua",
        '--- a/mod_counts.lua',
        '+++ b/mod_counts.lua',
        '@@ -1 +1,2 @@',
        '-module:set_global();',
        '+-- of this site',
        '+module:get_name();',
        '',
      ].join('\n'),
    )
    const told = result.lines.filter(({line}) => line >= 13 && line <= 16)
    expect(told.map(({state, what}) => `${state}: ${what}`)).toEqual([
      `taken: a patch of jitsi/* 20001: ${path}`,
      `taken: a patch of jitsi/* 20001: ${path}`,
      'not-needed: it changes nothing in mod_speaks.lua of jitsi/* 20001',
      "not-understood: what it changes can't be told exactly: \\U in a replacement",
    ])
    expect(result.added?.changes).toContainEqual({path, action: 'write'})
    expect((await sandbox.cli(['verify'])).code).toBe(0)
    expect((await sandbox.cli(['install', '--frozen', '--offline'])).code).toBe(0)
  })

  it('go out of the Dockerfile, with build arguments that scripts alone have asked for', async () => {
    await imported('Dockerfile')
    expect(await readProject('Dockerfile')).toBe(`ARG CONTEXT=unused
FROM debian:bookworm
ARG SITE=chat

COPY get.sh /usr/local/bin/get.sh
RUN apt-get update && apt-get install -y curl prosody
COPY conf.d/prosody-mods.cfg.lua /etc/prosody/conf.d/
COPY prosody-modules/ /usr/local/lib/prosody-mods/
# every host counts
RUN sed -i 's/util/\\U&/' /opt/plugins/util.lib.lua
EXPOSE 5222
`)
  })

  it('are made once, where a run is done again with the old Dockerfile', async () => {
    const {Dockerfile = ''} = await publishers.fixture('edited')
    await imported('Dockerfile')
    const before = await readTree(sandbox.project)
    await put({Dockerfile})
    expect((await imported('Dockerfile')).patches).toEqual({'jitsi/*': [path]})
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('are only told by a dry run', async () => {
    const before = await readTree(sandbox.project)
    const {patches, lines} = await imported('Dockerfile', '--dry-run')
    expect(patches).toEqual({'jitsi/*': [path]})
    expect(lines.find(({line}) => line === 13)?.state).toBe('taken')
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('are not written in the place of what somebody has changed', async () => {
    await put({[path]: '-- mine\n'})
    const before = await readTree(sandbox.project)
    const {code, json} = await run('Dockerfile')
    expect([code, json]).toMatchObject([4, {error: {code: 'FILE_IN_THE_WAY', details: {paths: [path]}}}])
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('are not written through a link', async () => {
    const elsewhere = join(sandbox.project, '../elsewhere')
    await mkdir(elsewhere)
    await writeFile(join(elsewhere, 'profile'), 'mine\n')
    await symlink(elsewhere, join(sandbox.project, 'patches'))
    expect((await run('Dockerfile')).code).toBe(4)
    expect(await readdir(elsewhere)).toEqual(['profile'])
    await rm(join(sandbox.project, 'patches'))
    await mkdir(join(sandbox.project, 'patches'))
    for (const ending of ['.new', '.prosody-mods-new'])
      await symlink(join(elsewhere, 'profile'), join(sandbox.project, `${path}${ending}`))
    expect((await imported('Dockerfile')).patches).toEqual({'jitsi/*': [path]})
    expect(await readFile(join(elsewhere, 'profile'), 'utf8')).toBe('mine\n')
  })

  it('go again where what comes after them fails', async () => {
    await put({'conf.d/prosody-mods.cfg.lua': '-- of somebody else\n'})
    const before = await readTree(sandbox.project)
    expect((await run('Dockerfile')).code).toBe(4)
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it.each([
    ['no Lua any more', '((('],
    ['what Prosody refuses to load', 'no_such_method'],
  ])('are left out where the module would be %s', async (_, word) => {
    const {Dockerfile = ''} = await publishers.fixture('edited')
    await put({Dockerfile: Dockerfile.replace('get_name', word)})
    const {lines, patches, modules} = await imported('Dockerfile')
    expect(patches).toEqual({})
    expect(Object.keys(await readTree(sandbox.project)).filter((one) => one.startsWith('patches'))).toEqual(
      [],
    )
    expect(modules.map(({module}) => module)).toContain('jitsi/*')
    expect(lines.find(({line}) => line === 13)).toMatchObject({
      state: 'not-understood',
      what: expect.stringContaining("it can't be a patch: ") as string,
    })
  })
})

describe('a stage that installs the modules', () => {
  it('comes in front, and its files in place of those of the build context', async () => {
    await putThreeWays()
    const {notes} = await imported('Dockerfile', '--run')
    const text = await readProject('Dockerfile')
    expect(text).toMatch(/^FROM docker\.io\/library\/debian:trixie-slim AS prosody-mods\n/)
    expect(text).toContain(
      '\nRUN node prosody-mods.mjs install --frozen --destdir /out\n\nFROM debian:bookworm-slim\n',
    )
    expect(text).toContain('\n# what Prosody loads\nCOPY --from=prosody-mods /out/ /\n')
    expect(text).not.toContain('COPY prosody-modules/')
    expect(notes.join('\n')).toContain('put prosody-mods.mjs of a release')
  })

  it('brings the patches of the project with it', async () => {
    await put(await publishers.fixture('edited'))
    await imported('Dockerfile', '--run')
    expect(await readProject('Dockerfile')).toContain(
      'COPY prosody-mods.json prosody-mods.lock.json ./\nCOPY patches/ ./patches/\nRUN node',
    )
  })

  it('is refused where stages go by numbers, and of a script', async () => {
    await put({
      Dockerfile: 'FROM a\nFROM b\nCOPY --from=0 /x /x\n',
      'get.sh': '#!/bin/sh\ntrue\n',
    })
    expect((await run('Dockerfile', '--run', '--dry-run')).code).toBe(2)
    expect((await run('get.sh', '--run', '--dry-run')).code).toBe(2)
  })
})

it('takes values of build arguments, which win over those that the Dockerfile has', async () => {
  const text =
    'FROM debian:bookworm\nARG V=X.Y.Z\nARG N\nRUN curl -o /m/$N.lua https://hg.prosody.im/prosody-modules/raw-file/$V/$N/$N.lua\n'
  await put({Dockerfile: text})
  const result = await imported(
    'Dockerfile',
    '--build-arg',
    `V=${revision}`,
    '--build-arg',
    'N=mod_conversejs',
  )
  expect(modulesOf(result)).toEqual({'community/conversejs': '2026.7.20'})
  expect((await run('Dockerfile', '--build-arg', 'V')).code).toBe(2)
})

it('follows stages, and scripts of the build context with what they are given', async () => {
  await put({
    'get.sh': `#!/bin/sh\nset -e\nfor name in "$@"; do\n  curl -o "$TARGET/mod_$name.lua" "https://hg.prosody.im/prosody-modules/raw-file/${revision}/mod_$name/mod_$name.lua"\ndone\n`,
    Dockerfile: `FROM debian:bookworm AS fetched
ENV TARGET=/fetched
COPY get.sh /usr/local/bin/
RUN get.sh conversejs

FROM debian:bookworm
COPY --from=fetched /fetched/*.lua /opt/plugins/
USER prosody
`,
  })
  const result = await imported('Dockerfile')
  expect(modulesOf(result)).toEqual({'community/conversejs': '2026.7.20'})
  expect(linesOf(result, 'taken')).toEqual([4])
  expect(linesOf(result, 'not-needed')).toEqual([7])
  expect(await readProject('Dockerfile')).toContain(
    'FROM debian:bookworm\nCOPY conf.d/prosody-mods.cfg.lua /etc/prosody/conf.d/\nCOPY prosody-modules/ /usr/local/lib/prosody-mods/\nUSER prosody\n',
  )
})

it('takes what a shell script fetches, and leaves the script as it is', async () => {
  const script = `#!/bin/bash\nbase=https://hg.prosody.im/prosody-modules/raw-file\nfor m in conversejs; do\n  wget -P /opt/plugins "$base/${revision}/mod_$m/mod_$m.lua"\ndone\n`
  await put({'fetch.sh': script})
  const result = await imported('fetch.sh')
  expect(result.input).toEqual({path: 'fetch.sh', kind: 'script', lines: 5})
  expect(modulesOf(result)).toEqual({'community/conversejs': '2026.7.20'})
  expect(await readProject('fetch.sh')).toBe(script)
})

it('finds addresses with revisions in any text', async () => {
  await put({
    'tasks.yml': `- name: modules\n  vars:\n    rev: ${revision}\n  get_url:\n    url: "https://hg.prosody.im/prosody-modules/raw-file/{{ rev }}/mod_conversejs/mod_conversejs.lua"\n    dest: /opt/\n`,
    'job.hcl': `variable "tag" { default = "${tag}" }\nartifact {\n  source = "https://github.com/jitsi/jitsi-meet/archive/refs/tags/\${var.tag}.tar.gz//resources/prosody-plugins"\n}\n`,
  })
  expect(modulesOf(await imported('tasks.yml', '--any'))).toEqual({'community/conversejs': '2026.7.20'})
  expect(modulesOf(await imported('job.hcl', '--any'))).toEqual({'jitsi/*': '20001'})
  const {code, json} = await run('tasks.yml')
  expect(code).toBe(2)
  expect(json).toMatchObject({error: {details: {seen: 'YAML'}}})
})

it('takes nothing of a folder that no release has, and says how to keep it', async () => {
  await putThreeWays()
  await imported('Dockerfile')
  const files = await readTree(join(sandbox.project, 'prosody-modules'))
  await rm(sandbox.project, {recursive: true})
  await mkdir(sandbox.project)
  await put(Object.fromEntries(Object.keys(files).map((path) => [`plugins/${path}`, 'return 1\n'])))
  const result = await imported('plugins')
  expect(result.input.kind).toBe('folder')
  expect(result.modules).toEqual([])
  expect(result.lines.every(({state}) => state === 'not-understood')).toBe(true)
})

it("reads docker-jitsi-meet's .env: what the image lacks has to come from elsewhere", async () => {
  await put({
    '.env': 'JITSI_IMAGE_VERSION=stable-10888\nXMPP_MUC_MODULES="muc_hide_all,nobody_has_it"\n',
  })
  const result = await imported('.env', '--dry-run')
  expect(result.input.kind).toBe('env')
  expect(result.lines.map(({line, state}) => [line, state])).toEqual([
    [1, 'taken'],
    [2, 'not-needed'],
    [2, 'not-understood'],
  ])
})

it('tells by --verify which files are others than those that the old way fetches', async () => {
  await put({
    Dockerfile: `FROM debian:bookworm\nRUN curl -o /m/mod_greeting.lua https://raw.githubusercontent.com/somebody/server-scripts/${commit}/${elsewhere}\n`,
    'greeting.patch':
      '--- mod_greeting.lua\n+++ mod_greeting.lua\n@@ -1 +1 @@\n-module:hook("x", function () end);\n+module:hook("z", function () end);\n',
  })
  const same = await imported('Dockerfile', '--verify')
  expect(same.verified?.map(({state}) => state)).toEqual(['same'])
  const [{module} = {module: ''}] = same.modules
  const manifest = JSON.parse(await readProject('prosody-mods.json')) as object
  await put({
    'prosody-mods.json': JSON.stringify({...manifest, patches: {[module]: ['greeting.patch']}}),
    Dockerfile: `FROM debian:bookworm\nRUN curl -o /m/mod_greeting.lua https://raw.githubusercontent.com/somebody/server-scripts/${commit}/${elsewhere}\n`,
  })
  const other = await imported('Dockerfile', '--verify')
  expect(other.verified).toMatchObject([
    {path: 'prosody-modules/greeting/mod_greeting/mod_greeting.lua', state: 'different', reason: null},
  ])
})

describe('an image like that of docker-jitsi-meet', () => {
  it('becomes a project with its tree, its patch and what contributors made', async () => {
    await publishers.forge.commit(
      'jitsi-contrib/prosody-plugins',
      {'waves/mod_waves.lua': 'module:set_global();\n'},
      ['v20270101'],
    )
    await put(await publishers.fixture('jitsi-image'))
    const result = await imported('Dockerfile')
    expect(modulesOf(result)).toEqual({'jitsi/*': '20001'})
    expect(result.patches).toEqual({'jitsi/*': ['fix.patch']})
    expect(await readProject('prosody-modules/jitsi/mod_counts.lua')).toBe(
      'module:set_global();\n-- counted\n',
    )
    expect(linesOf(result, 'not-understood')).toEqual([12])
    const text = await readProject('Dockerfile')
    expect(text).toContain(' && chown prosody /var/lib/prosody\nCOPY conf.d/')
    expect(text).toContain('COPY --from=rocks /usr/local/share/lua/5.4')
    expect(text).not.toContain('jitsi-meet-*')
  })
})
