import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {enabledModules} from '../../src/operations/boot/modules.ts'
import type {Lockfile} from '../../src/project/lockfile.ts'
import {newSandbox, type Sandbox} from '../helpers/cli.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await newSandbox()
})

afterEach(() => sandbox.remove())

const at = (path: string): string => join(sandbox.project, path)
const read = (path: string): string => readFileSync(at(path), 'utf8')
const modeOf = (path: string): number => statSync(at(path)).mode & 0o777

async function run(...args: string[]): Promise<{code: number | null; stdout: string; stderr: string}> {
  const {code, stdout, stderr} = await sandbox.cli(args)
  return {code, stdout, stderr}
}

/** A project with a module of its own, installed. */
async function withModule(...init: string[]): Promise<void> {
  expect((await run('init', ...init)).code).toBe(0)
  mkdirSync(at('own/mod_own'), {recursive: true})
  writeFileSync(at('own/mod_own/mod_own.lua'), 'local a = 1\nreturn a\n')
  expect((await run('add', './own', '--offline')).code).toBe(0)
}

const installed = 'prosody-modules/own/mod_own/mod_own.lua'
const config = 'conf.d/prosody-mods.cfg.lua'

describe('init says what the project is for, and why', () => {
  const targetOf = async (...args: string[]): Promise<unknown> => {
    const {code, json, stderr} = await sandbox.cli(['init', '--json', ...args])
    expect(code, stderr).toBe(0)
    const {target} = json as {target: {prosody: string; debian: string; because: string}}
    const {prosody, image} = JSON.parse(read('prosody-mods.json')) as {
      prosody: string
      image: {debian: string}
    }
    expect([prosody, image.debian]).toEqual([target.prosody, target.debian])
    return [target.prosody, target.debian, target.because]
  }

  it('without a Dockerfile', async () => {
    const {stdout} = await run('init')
    expect(stdout).toContain(
      '\n  for Prosody 13.0 on Debian trixie: no Dockerfile here, and no Prosody (--prosody, --debian change it)\n',
    )
  })

  it.each([
    ['Dockerfile', 'FROM debian:bookworm-slim\n', '0.12', 'bookworm', 'debian:bookworm-slim'],
    [
      'Containerfile',
      'from docker.io/library/debian:13.1\r\n',
      '13.0',
      'trixie',
      'docker.io/library/debian:13.1',
    ],
    [
      'Dockerfile',
      '# FROM debian:trixie\nARG SUITE="bookworm"\nFROM --platform=$BUILDPLATFORM node:24 AS build\nFROM debian:${SUITE} \\\n  AS base\nRUN x\nFROM base\n',
      '0.12',
      'bookworm',
      'debian:bookworm',
    ],
    ['Dockerfile', 'FROM debian:11@sha256:ab\n', '0.11', 'bullseye', 'debian:11@sha256:ab'],
    ['Dockerfile', 'FROM prosody/prosody:0.12\n', '0.12', 'trixie', 'prosody/prosody:0.12'],
  ])('taken from a %s: %j', async (...[file, text, prosody, debian, image]) => {
    writeFileSync(at(file), text)
    const because = `${file} has FROM ${image}`
    expect(await targetOf()).toEqual([prosody, debian, because])
  })

  it.each([
    ['FROM alpine:3\n', 'Dockerfile has FROM alpine:3, of which nothing is known'],
    ['FROM $BASE\n', "what Dockerfile starts from can't be told"],
    ['FROM debian:stable\n', 'Dockerfile has FROM debian:stable, of which nothing is known'],
  ])('by default where the Dockerfile does not tell: %j', async (text, because) => {
    writeFileSync(at('Dockerfile'), text)
    expect(await targetOf()).toEqual(['13.0', 'trixie', because])
  })

  it('flags come first', async () => {
    writeFileSync(at('Dockerfile'), 'FROM debian:trixie\n')
    const because = 'as --debian says, and the Prosody of that suite'
    expect(await targetOf('--debian', 'bookworm')).toEqual(['0.12', 'bookworm', because])
  })

  const jitsi =
    'services:\n  prosody:\n    image: "${JITSI_IMAGE_REPO:-ghcr.io/jitsi}/prosody:${JITSI_IMAGE_VERSION:-unstable}"\n'

  it.each([
    ['stable-11146', '13.0', 'trixie'],
    ['stable-10741', '13.0', 'bookworm'],
    ['stable-10008-1', '0.12', 'bookworm'],
    ['stable-9364', '0.12', 'bullseye'],
  ])('docker-jitsi-meet beside it says so: %s', async (version, prosody, debian) => {
    writeFileSync(at('docker-compose.yml'), jitsi)
    writeFileSync(at('.env'), `# mine\nJITSI_IMAGE_VERSION=${version}\n`)
    const because = `docker-compose.yml runs ghcr.io/jitsi/prosody:${version}`
    expect(await targetOf()).toEqual([prosody, debian, because])
  })

  it('docker-jitsi-meet without a release says nothing, and its .env alone is enough', async () => {
    writeFileSync(at('compose.yaml'), jitsi)
    const unknown = 'compose.yaml runs ghcr.io/jitsi/prosody:unstable, of which nothing is known'
    expect((await sandbox.cli(['init', '--json', '--dry-run'])).json).toMatchObject({
      target: {because: unknown},
    })
    rmSync(at('compose.yaml'))
    writeFileSync(at('.env'), 'JITSI_IMAGE_VERSION=stable-10008\n')
    expect(await targetOf()).toEqual(['0.12', 'bookworm', '.env has JITSI_IMAGE_VERSION=stable-10008'])
  })

  it('the Prosody of this machine counts where nothing else does, and is told where it disagrees', async () => {
    mkdirSync(at('bin/lib'), {recursive: true})
    writeFileSync(at('bin/lib/prosody.version'), '0.11.9\n')
    writeFileSync(at('bin/prosody'), `#!/usr/bin/lua5.2\nCFG_SOURCEDIR='${at('bin/lib')}';\nos.exit(9)\n`, {
      mode: 0o755,
    })
    const env = {PATH: at('bin')}
    const dry = async (): Promise<unknown> => (await sandbox.cli(['init', '--json', '--dry-run'], {env})).json
    expect(await dry()).toMatchObject({
      target: {
        prosody: '0.11',
        because: expect.stringMatching(/^Prosody 0\.11\.9.* is installed here$/) as unknown,
        disagreeing: [],
      },
    })
    writeFileSync(at('Dockerfile'), 'FROM debian:trixie\n')
    expect(await dry()).toMatchObject({
      target: {
        prosody: '13.0',
        debian: 'trixie',
        because: 'Dockerfile has FROM debian:trixie',
        change: ['--prosody', '--debian'],
        disagreeing: [expect.stringMatching(/^Prosody 0\.11\.9/)],
      },
    })
    const {stdout} = await sandbox.cli(['init', '--debian', 'bookworm', '--dry-run'], {env})
    expect(stdout).toMatch(
      /\(--prosody changes it\)\n {2}but: Dockerfile has FROM debian:trixie\n {2}but: Prosody 0\.11\.9/,
    )
    // What a Dockerfile does not tell, the machine does not either: it is not what the image has.
    writeFileSync(at('Dockerfile'), 'FROM alpine:3\n')
    expect(await dry()).toMatchObject({target: {prosody: '13.0', debian: 'trixie'}})
  })

  it('a typing error of the suite is one', async () => {
    const {code, stderr} = await run('init', '--debian', 'trxie')
    expect([code, existsSync(at('prosody-mods.json'))]).toEqual([2, false])
    expect(stderr).toMatch(
      /^error\[USAGE\]: --debian: there is no suite "trxie"\nhint: did you mean trixie\?/,
    )
  })
})

describe('init and .gitattributes', () => {
  const lines = ['prosody-modules/** -text', `${config} -text`, 'prosody-mods.lock.json -text']

  it('writes it where there is none, and not in a dry run', async () => {
    expect((await run('init', '--dry-run')).stdout).toContain('would write  .gitattributes\n')
    expect(existsSync(at('.gitattributes'))).toBe(false)
    expect((await run('init')).stdout).toContain('wrote   .gitattributes\n')
    expect(read('.gitattributes').split('\n').slice(1, -1)).toEqual(lines)
  })

  it('adds what one that is there lacks, behind what stands in it', async () => {
    const before = `*.png binary\r\n${lines[0] ?? ''}`
    writeFileSync(at('.gitattributes'), before)
    expect((await run('init', '--dry-run')).stdout).toContain('would update .gitattributes\n')
    expect(read('.gitattributes')).toBe(before)
    expect((await run('init')).stdout).toContain('updated .gitattributes\n')
    const comment = '# Digests are of bytes: Git must not change the line ends of these.'
    expect(read('.gitattributes')).toBe([before, comment, lines[1], lines[2], ''].join('\r\n'))
    rmSync(at('prosody-mods.json'))
    rmSync(at('prosody-mods.lock.json'))
    expect((await run('init')).stdout).not.toContain('gitattributes')
  })

  it('has nothing to say of one that does it already', async () => {
    writeFileSync(at('.gitattributes'), '*   -text\n')
    expect((await run('init')).stdout).not.toContain('gitattributes')
  })

  it('does not write through a link', async () => {
    symlinkSync(at('elsewhere'), at('.gitattributes'))
    expect((await run('init')).stdout).toContain('note: .gitattributes: ')
    expect(existsSync(at('elsewhere'))).toBe(false)
  })
})

describe('init and .dockerignore', () => {
  const comment = '# What the builder is sent of prosody-mods, and what nobody needs there.'

  it('writes none where there is no Dockerfile', async () => {
    await run('init')
    expect(existsSync(at('.dockerignore'))).toBe(false)
  })

  it('keeps out what no builder needs, but what the Dockerfile speaks of', async () => {
    writeFileSync(at('Dockerfile'), 'FROM debian:trixie\nCOPY .git/HEAD /commit\n')
    expect((await run('init')).stdout).toContain('wrote   .dockerignore\n')
    expect(read('.dockerignore')).toBe(`${comment}\n.prosody-mods/\nnode_modules/\n`)
  })

  it.each([
    [
      '*\n!prosody.cfg.lua',
      `*\n!prosody.cfg.lua\n${comment}\n!prosody-modules/\n!conf.d/prosody-mods.cfg.lua\n`,
    ],
    ['*\n!conf.d\n!prosody-modules/**\n', '*\n!conf.d\n!prosody-modules/**\n'],
    ['**/*.lua\n', `**/*.lua\n${comment}\n!prosody-modules/\n!conf.d/prosody-mods.cfg.lua\n.prosody-mods/\n`],
    ['.git\n.prosody-mods\n', '.git\n.prosody-mods\n'],
  ])('adds to one that is there what it lacks: %j', async (before, after) => {
    writeFileSync(at('.dockerignore'), before)
    await run('init')
    expect(read('.dockerignore')).toBe(after)
  })

  it('takes the file that belongs to the Dockerfile', async () => {
    writeFileSync(at('Dockerfile'), 'FROM debian:trixie\n')
    writeFileSync(at('Dockerfile.dockerignore'), '*\n')
    await run('init')
    expect(read('Dockerfile.dockerignore')).toContain('!prosody-modules/\n')
    expect(existsSync(at('.dockerignore'))).toBe(false)
  })
})

describe('line ends', () => {
  const hint = 'put "prosody-modules/** -text"'

  it('are told by verify, check and install where they alone differ, and put back by force', async () => {
    await withModule()
    for (const path of [installed, config]) writeFileSync(at(path), read(path).replaceAll('\n', '\r\n'))
    const verified = await run('verify')
    expect(verified.code).toBe(4)
    expect(verified.stdout).toContain(`line ends changed: ${installed}\n`)
    expect(verified.stdout).toContain(`line ends changed: ${config}\n`)
    expect(verified.stdout).toContain(hint)
    const checked = await run('check')
    expect(checked.stdout).toContain('its line ends are not as they were locked')
    expect(checked.stdout).toContain(hint)
    const refused = await run('install', '--offline')
    expect(refused.stderr).toContain('only line ends were changed since prosody-mods wrote them:\n')
    expect(refused.stderr).toContain(hint)
    expect((await run('install', '--offline', '--force')).code).toBe(0)
    expect((await run('verify')).code).toBe(0)
  })

  it('that were taken away are told likewise', async () => {
    expect((await run('init')).code).toBe(0)
    mkdirSync(at('own/mod_own'), {recursive: true})
    writeFileSync(at('own/mod_own/mod_own.lua'), 'local a = 1\r\nreturn a\r\n')
    expect((await run('add', './own', '--offline')).code).toBe(0)
    writeFileSync(at(installed), read(installed).replaceAll('\r\n', '\n'))
    expect((await run('verify')).stdout).toContain(`line ends changed: ${installed}\n`)
  })

  it('are not what is told where more has changed', async () => {
    await withModule()
    writeFileSync(at(installed), `${read(installed).replaceAll('\n', '\r\n')}-- more\r\n`)
    expect((await run('verify')).stdout).toContain(`changed: ${installed}\n  expected`)
    expect((await run('install', '--offline')).stderr).toMatch(/^error\[OWNED_FILE_CHANGED\]: changed since/)
  })
})

describe('modes', () => {
  it('files and folders that others can not read are told, and mended by install', async () => {
    await withModule()
    chmodSync(at(installed), 0o600)
    chmodSync(at(config), 0o640)
    chmodSync(at('prosody-modules/own'), 0o700)
    const verified = await run('verify')
    expect(verified.code).toBe(4)
    for (const path of [installed, config, 'prosody-modules/own'])
      expect(verified.stdout).toContain(`not readable for others: ${path}\n`)
    expect(verified.stdout).toContain('1 module: 0 files as locked, 3 files not\n')
    const checked = await run('check')
    expect([checked.code, checked.stdout]).toEqual([
      6,
      expect.stringContaining('others than its owner can not read it'),
    ])
    const dry = await run('install', '--offline', '--frozen', '--dry-run')
    expect(dry.stdout).toContain(`would chmod  ${installed}\n`)
    expect(modeOf(installed)).toBe(0o600)
    const mended = await run('install', '--offline', '--frozen')
    expect([mended.code, mended.stdout]).toEqual([0, expect.stringContaining(`chmod   ${installed}\n`)])
    expect([modeOf(installed), modeOf(config), modeOf('prosody-modules/own')]).toEqual([0o644, 0o644, 0o755])
    expect((await run('verify')).code).toBe(0)
    expect((await run('install', '--offline')).stdout).toContain('up to date')
  })

  it('a file that is replaced is readable afterwards, and one of the user keeps its mode', async () => {
    await withModule()
    chmodSync(at(installed), 0o600)
    chmodSync(at('prosody-mods.json'), 0o600)
    writeFileSync(at('own/mod_own/mod_own.lua'), 'return 2\n')
    expect((await run('install', '--offline')).code).toBe(0)
    expect([read(installed), modeOf(installed)]).toEqual(['return 2\n', 0o644])
    expect((await run('add', './own', '--offline')).code).toBe(0)
    expect(modeOf('prosody-mods.json')).toBe(0o600)
  })

  it('other folders of the configuration are nobody’s business', async () => {
    await withModule()
    chmodSync(at('conf.d'), 0o700)
    expect((await run('verify')).code).toBe(0)
    await run('install', '--offline')
    expect(modeOf('conf.d')).toBe(0o700)
  })
})

describe('the folder that plugin_paths start from', () => {
  const second = (): void => {
    mkdirSync(at('other/mod_other'), {recursive: true})
    writeFileSync(at('other/mod_other/mod_other.lua'), 'return 1\n')
  }

  it('is not changed back in silence', async () => {
    await withModule()
    second()
    expect((await run('install', '--offline', '--modules-path', '/srv/my mods')).stdout).not.toContain(
      'warning',
    )
    const verified = await run('verify')
    expect(verified.code).toBe(4)
    expect(verified.stdout).toContain(`changed: ${config}\n`)
    expect(verified.stdout).toContain(
      'hint: changed: its plugin_paths start from /srv/my mods, and not from /usr/local/lib/prosody-mods: "prosody-mods verify --modules-path \'/srv/my mods\'" compares with that',
    )
    expect(verified.stdout).not.toContain('--force')
    expect((await run('verify', '--modules-path', '/srv/my mods')).code).toBe(0)
    const warning = `warning[PLUGIN_PATHS_CHANGED]: ${config}: plugin_paths start from /usr/local/lib/prosody-mods from now on, as the manifest says, and no more from /srv/my mods, which an earlier command wrote; to keep that, set "image": {"modulesPath": "/srv/my mods"} in prosody-mods.json and run prosody-mods install\n`
    expect((await run('add', './other', '--offline', '--dry-run')).stdout).toContain(warning)
    expect((await run('add', './other', '--offline')).stdout).toContain(warning)
    expect((await run('install', '--offline')).stdout).not.toContain('plugin_paths start')
  })

  it('that the manifest names is kept, and a change by somebody is told as that', async () => {
    await withModule('--modules-path', '/srv/mods')
    second()
    expect((await run('add', './other', '--offline')).stdout).not.toContain('warning')
    expect(read(config)).toContain('"/srv/mods/other"')
    writeFileSync(at(config), read(config).replaceAll('/srv/mods', '/srv/else'))
    expect((await run('verify')).stdout).toContain(
      'hint: changed: "prosody-mods install --force" replaces it',
    )
  })
})

describe('a whole tree beside one of its modules', () => {
  const tree = {
    'tree/mod_rooms.lua': 'return 1\n',
    'tree/mod_polls.lua': 'return 2\n',
  }

  it('is told by add, with how to have it as it was', async () => {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(at('tree'), {recursive: true})
      writeFileSync(at(path), text)
    }
    const sources = {own: {kind: 'path', path: './tree', layout: 'flat'}}
    writeFileSync(at('prosody-mods.json'), JSON.stringify({sources, modules: {'own/*': '*'}}))
    expect((await run('install', '--offline')).code).toBe(0)
    const told =
      'note: own/polls: own/* has it already, with the same files; "prosody-mods remove own/polls" takes this second entry out again\n'
    expect((await run('add', 'own/polls', '--offline')).stdout).toContain(told)
    expect((await run('add', 'own/polls', '--offline')).stdout).not.toContain('has it already')
    expect((await run('remove', 'own/polls')).code).toBe(0)
    expect(existsSync(at('prosody-modules/own/mod_polls.lua'))).toBe(true)
    const lock = JSON.parse(read('prosody-mods.lock.json')) as Lockfile
    const whole = lock.modules['own/*']
    if (whole === undefined) throw new Error('no tree is locked')
    const both = {...lock, modules: {...lock.modules, 'own/polls': whole}}
    const names = enabledModules(sandbox.project, both).map(({module}) => module)
    expect(names.sort()).toEqual(['own/polls', 'own/rooms'])
  })
})

it('versions counts what can be taken, as the error does that lists them', async () => {
  expect((await run('init')).code).toBe(0)
  const {json} = await sandbox.cli(['versions', 'jitsi', '--offline', '--json'])
  const {versions} = json as {versions: {version: string}[]}
  const {stderr} = await sandbox.cli(['add', 'jitsi@1', '--offline'])
  expect(stderr).toContain(`(${versions.length} in all)`)
  const table = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../registry/releases/jitsi.json'), 'utf8'),
  ) as {releases: {version: string; files: object}[]}
  const withFiles = table.releases.filter(({files}) => Object.keys(files).length > 0)
  expect(versions.map(({version}) => version).sort()).toEqual(withFiles.map(({version}) => version).sort())
})
