import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import type {ImportResult, LineState} from '../../src/operations/import/types.ts'
import {newSandbox, readTree, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'

// The forge is Git's own http-backend, the other publisher hg serve.
let forge: Forge
let hg: HgServer
let sandbox: Sandbox
/** Of the module in the Mercurial repository, and of the one that lies elsewhere on the forge. */
let [revision, commit] = ['', '']

const tag = 'stable/jitsi-meet_20001'
const elsewhere = 'plugins/prosody/mod_greeting.lua'

beforeAll(async () => {
  forge = await startForge()
  await forge.commit(
    'jitsi/jitsi-meet',
    {
      'resources/prosody-plugins/mod_speaks.lua': 'local util = module:require "util";\n',
      'resources/prosody-plugins/mod_counts.lua': 'module:set_global();\n',
      'resources/prosody-plugins/util.lib.lua': 'return {};\n',
      'index.html': '<p></p>\n',
    },
    [tag],
  )
  commit = await forge.commit('somebody/server-scripts', {
    [elsewhere]: 'module:hook("x", function () end);\n',
  })
  hg = await startHg()
  revision = (
    await hg.commit(
      {'mod_conversejs/mod_conversejs.lua': 'module:depends("http");\n'},
      '2026-07-20 10:00 +0000',
    )
  ).slice(0, 12)
  await hg.commit(
    {'mod_conversejs/mod_conversejs.lua': 'module:depends("disco");\n'},
    '2026-07-25 10:00 +0000',
  )
}, 60_000)

afterAll(async () => {
  await forge.close()
  await hg.close()
})

beforeEach(async () => {
  sandbox = await newSandbox()
  await mkdir(sandbox.config, {recursive: true})
  const mirrors = {
    ...forge.mirrors,
    'https://hg.prosody.im/prosody-modules': hg.url,
    debian: 'http://127.0.0.1:9',
  }
  await writeFile(join(sandbox.config, 'config.json'), JSON.stringify({mirrors}))
})

afterEach(() => sandbox.remove())

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.project, path)), {recursive: true})
    await writeFile(join(sandbox.project, path), text)
  }
}

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

const oldWay = (): string => `FROM debian:bookworm-slim

ARG PLUGINS=${tag}
ARG OTHER=kept

RUN apt-get update && \\
    apt-get install -y curl prosody lua-event lua-dbi-postgresql && \\
    luarocks install basexx 0.4.1-1 && \\
    echo $OTHER && \\
    rm -rf /var/lib/apt/lists/*

# what Prosody loads
RUN mkdir -p /opt/plugins && cd /tmp && mkdir meet && \\
    # the whole tree for a few files of it
    curl -fsSL -o meet.tgz https://github.com/jitsi/jitsi-meet/archive/refs/tags/\${PLUGINS}.tar.gz && \\
    tar -xzf meet.tgz -C meet --strip-components=1 && \\
    cp -r meet/resources/prosody-plugins/* /opt/plugins/ && \\
    curl -so /opt/plugins/mod_greeting.lua https://raw.githubusercontent.com/somebody/server-scripts/${commit}/${elsewhere} && \\
    rm -rf meet meet.tgz
RUN wget -q "https://hg.prosody.im/prosody-modules/raw-file/${revision}/mod_conversejs/mod_conversejs.lua" \\
      -O /opt/plugins/mod_conversejs.lua \\
 && chown -R prosody /opt/plugins

COPY prosody.cfg.lua /etc/prosody/prosody.cfg.lua
VOLUME ["/var/lib/prosody"]
EXPOSE 5222 5280
USER prosody
CMD ["prosody", "-F"]
`

const newWay = `FROM debian:bookworm-slim

ARG OTHER=kept

RUN apt-get update && \\
    apt-get install -y curl prosody lua-event lua-dbi-postgresql && \\
    luarocks install basexx 0.4.1-1 && \\
    echo $OTHER && \\
    rm -rf /var/lib/apt/lists/*

# what Prosody loads
COPY conf.d/prosody-mods.cfg.lua /etc/prosody/conf.d/
COPY prosody-modules/ /usr/local/lib/prosody-mods/

COPY prosody.cfg.lua /etc/prosody/prosody.cfg.lua
VOLUME ["/var/lib/prosody"]
EXPOSE 5222 5280
USER prosody
CMD ["prosody", "-F"]
`

const configuration = `plugin_paths = { "/opt/plugins" }
modules_enabled = { "disco", "conversejs" }
VirtualHost "localhost"
`

describe('a Dockerfile that fetches modules in three ways', () => {
  beforeEach(() => put({Dockerfile: oldWay(), 'prosody.cfg.lua': configuration}))

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
      'a clone of everything, with nothing that says what of it',
      'RUN hg clone https://hg.prosody.im/prosody-modules /opt/m\n',
      'nothing here says which of them are enabled',
    ],
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

  it('is a change of what was fetched, which stays with the rest of its line', async () => {
    await put({
      Dockerfile: `${base}RUN curl -o /opt/mod_greeting.lua https://raw.githubusercontent.com/somebody/server-scripts/${commit}/${elsewhere} \\\n && sed -i s/x/y/ /opt/mod_greeting.lua\n`,
    })
    const result = await imported('Dockerfile')
    expect(linesOf(result, 'taken')).toEqual([2])
    const [open] = result.lines.filter(({state}) => state === 'not-understood')
    expect(open).toMatchObject({line: 3, what: 'it changes files of greeting/greeting local'})
    expect(await readProject('Dockerfile')).toContain('RUN sed -i s/x/y/ /opt/mod_greeting.lua\n')
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

describe('a repository that is fetched whole', () => {
  const clone =
    'FROM debian:bookworm\nCOPY prosody.cfg.lua /etc/prosody/\nRUN hg clone https://hg.prosody.im/prosody-modules /opt/modules\n'

  it('gives the modules that the configuration enables', async () => {
    await put({Dockerfile: clone, 'prosody.cfg.lua': configuration})
    const result = await imported('Dockerfile', '--dry-run', '--offline')
    expect(modulesOf(result)).toEqual({'community/conversejs': expect.any(String) as string})
    expect(result.enabled).toContain('conversejs')
    expect(result.dockerfile?.diff).toContain('\n-RUN hg clone')
  })

  it('gives those that are named', async () => {
    await put({Dockerfile: clone})
    const result = await imported('Dockerfile', '--take', 'mod_conversejs', '--dry-run', '--offline')
    expect(modulesOf(result)).toEqual({'community/conversejs': expect.any(String) as string})
  })
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
  await put({Dockerfile: oldWay(), 'prosody.cfg.lua': configuration})
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
    await forge.commit('jitsi-contrib/prosody-plugins', {'waves/mod_waves.lua': 'module:set_global();\n'}, [
      'v20270101',
    ])
    await put({
      'fix.patch':
        '--- mod_counts.lua\n+++ mod_counts.lua\n@@ -1 +1,2 @@\n module:set_global();\n+-- counted\n',
      Dockerfile: `ARG BASE=debian:bookworm
FROM \${BASE} AS rocks
RUN luarocks install basexx 0.4.1-1

FROM \${BASE}
ARG CONTRIB=20270101
COPY fix.patch /tmp/
RUN set -x \\
 && curl -L https://github.com/jitsi/jitsi-meet/archive/refs/tags/${tag}.tar.gz | tar xz -C /tmp \\
 && cp -a /tmp/jitsi-meet-*/resources/prosody-plugins/. /prosody-plugins/ \\
 && patch -d /prosody-plugins -p0 < /tmp/fix.patch \\
 && wget -q https://github.com/jitsi-contrib/prosody-plugins/archive/refs/tags/v$CONTRIB.tar.gz \\
 && mkdir /contrib && tar --strip-components=1 -C /contrib -xf v$CONTRIB.tar.gz && rm -f v$CONTRIB.tar.gz \\
 && chown prosody /var/lib/prosody
COPY --from=rocks /usr/local/share/lua/5.4 /usr/local/share/lua/5.4
USER prosody
`,
    })
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
