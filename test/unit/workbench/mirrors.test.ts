import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {debianMirrorsOf, mirrorTable, rewriteUrl, type MirrorTable} from '../../../src/workbench/mirrors.ts'
import {readUserConfig} from '../../../src/workbench/user-config.ts'
import type {Manifest} from '../../../src/project/manifest.ts'
import {aptMirrors} from '../../../src/sources/debian/mirrors.ts'

let folder: string
const path = process.env['PATH']
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'prosody-mods-mirrors-'))))
afterEach(() => {
  process.env['PATH'] = path
  rmSync(folder, {recursive: true, force: true})
})

/** Makes a program of our own the machine's only apt-get: its answers to the two questions. */
function fakeApt(indextargets: string, uris = '', code = 0): void {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'targets'), indextargets)
  writeFileSync(join(bin, 'uris'), uris)
  writeFileSync(
    join(bin, 'apt-get'),
    `#!/bin/sh
test "$LC_ALL" = C || exit 99
case "$*" in
  'indextargets --format $(REPO_URI) $(RELEASE)') /bin/cat '${bin}/targets';;
  'update --print-uris') /bin/cat '${bin}/uris';;
  *) exit 98;;
esac
exit ${code}
`,
  )
  chmodSync(join(bin, 'apt-get'), 0o755)
  process.env['PATH'] = bin
}

describe('the mirrors of apt', () => {
  it('are the archives whose lists were downloaded, each once, the plain ones first', async () => {
    fakeApt(
      [
        'http://third.example/repo/ bookworm',
        'http://deb.example/debian/ bookworm',
        'http://deb.example/debian/ bookworm-updates',
        'https://bob:s3cret@other.example/debian trixie',
        'http://security.example/debian-security/ bookworm-security',
        'http://archive.example/ubuntu/ jammy',
        'file:/srv/debian bookworm',
        'mirror+file:/etc/apt/mirrors bookworm',
        'cdrom://Debian/ bookworm',
        '',
      ].join('\n'),
      "'http://not.example/debian/dists/bookworm/InRelease' x 0\n",
    )
    expect(await aptMirrors()).toEqual({
      urls: ['http://deb.example/debian', 'https://other.example/debian', 'http://third.example/repo'],
      reason: '',
    })
  })

  it('are what an update would ask where nothing was downloaded yet', async () => {
    fakeApt(
      '',
      [
        "'http://deb.example/debian/dists/trixie/InRelease' deb.example_debian_dists_trixie_InRelease 0 ",
        "'http://deb.example/debian/dists/trixie-updates/InRelease' x 0 ",
        "'http://security.example/debian-security/dists/trixie-security/InRelease' y 0 ",
        "'http://old.example/debian/dists/sid/Release' z 0 ",
        'Reading package lists...',
      ].join('\n'),
    )
    expect((await aptMirrors()).urls).toEqual(['http://deb.example/debian', 'http://old.example/debian'])
  })

  it.each([
    ['apt names none', '', '', 0, "apt's configuration on this machine names no Debian mirror over http(s)"],
    ['apt fails', 'http://deb.example/debian bookworm', '', 100, 'apt-get gave no answer'],
  ])('are none when %s, with the reason', async (...[, targets, uris, code, reason]) => {
    fakeApt(targets, uris, code)
    expect(await aptMirrors()).toEqual({urls: [], reason})
  })

  it('are none without apt-get, with the reason', async () => {
    process.env['PATH'] = folder
    expect(await aptMirrors()).toEqual({
      urls: [],
      reason: 'no apt-get on this machine, and no mirror is configured',
    })
  })
})

describe('the table of mirrors', () => {
  const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({PROSODY_MODS_CONFIG: folder, ...more})
  const configure = (text: string): void => writeFileSync(join(folder, 'config.json'), text)

  it('prefers the environment to the user’s configuration to the manifest', async () => {
    const mirrors = {
      debian: 'http://m.example/d',
      'https://a.example': 'http://m.example/a',
      'https://b.example': 'http://m.example/b',
    }
    expect(await mirrorTableOf({mirrors}, env())).toEqual(new Map(Object.entries(mirrors)))
    configure('{"mirrors": {"debian": "http://u.example/d", "https://b.example": "http://u.example/b"}}')
    expect(await mirrorTableOf({mirrors}, env({PROSODY_MODS_DEBIAN_MIRROR: 'http://e.example/d'}))).toEqual(
      new Map([
        ['debian', 'http://e.example/d'],
        ['https://a.example', 'http://m.example/a'],
        ['https://b.example', 'http://u.example/b'],
      ]),
    )
    expect((await mirrorTableOf({}, env({PROSODY_MODS_DEBIAN_MIRROR: ''}))).get('debian')).toBe(
      'http://u.example/d',
    )
  })

  it.each(['{}', '{"mirrors": {}}'])('may be empty: %s', async (text) => {
    configure(text)
    expect((await mirrorTableOf({}, env())).size).toBe(0)
  })

  it.each([
    ['{', 'JSON'],
    ['', 'JSON'],
    ['[]', ':1:1: the whole file: expected object, got an array'],
    ['{"mirrors": 1}', ':1:13: mirrors: expected object, got 1'],
    ['{"mirrors": null}', ':1:13: mirrors: expected object, got null'],
    ['{"mirrors": ["http://x.example"]}', ':1:13: mirrors: expected object, got an array'],
    [
      '{"mirrors": {"debian": "ftp://x.example"}}',
      ':1:24: mirrors → debian: expected a URL such as https://example.org/path, got "ftp://x.example"',
    ],
    ['{"other": 1}', ':1:2: other: this key is not known here; known are mirrors, sources, allowPaths'],
    ['{"mirrors": {"debian": 1}}', 'mirrors → debian: expected string, got 1'],
    [
      '{"mirrors": {"debain": "http://x.example"}}',
      'mirrors → debain: expected a name such as https://example.org, or debian',
    ],
    ['{"mirrors": {"debian": "http://["}}', 'expected an http(s) URL, got "http://["'],
    [
      '{"mirrors": {"debian": "https://alice:s3cret@x.example"}}',
      'mirrors → debian: a URL holds no credentials; netrc and PROSODY_MODS_CREDENTIALS do',
    ],
  ])('is refused: %s', async (text, reason) => {
    configure(text)
    await expect(mirrorTableOf({}, env())).rejects.toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        exitCode: 2,
        message: expect.stringContaining(reason) as string,
      }) as Error,
    )
    await expect(mirrorTableOf({}, env())).rejects.toThrow(join(folder, 'config.json'))
  })

  it('is refused for a bad variable and for a manifest whose mirror is no URL', async () => {
    await expect(mirrorTableOf({}, env({PROSODY_MODS_DEBIAN_MIRROR: 'deb.example'}))).rejects.toThrow(
      'PROSODY_MODS_DEBIAN_MIRROR: expected an http(s) URL, got "deb.example"',
    )
    await expect(mirrorTableOf({mirrors: {debian: 'http://['}}, env())).rejects.toThrow(
      'prosody-mods.json: mirrors → debian: expected an http(s) URL, got "http://["',
    )
  })
})

describe('a URL with a mirror', () => {
  const table = new Map([
    ['debian', 'http://never.example'],
    ['https://a.example', 'http://m.example/a/'],
    ['https://a.example/deep/', 'http://m.example/deep'],
  ])

  it.each([
    ['https://a.example', 'http://m.example/a'],
    ['https://a.example/x/y?z#w', 'http://m.example/a/x/y?z#w'],
    ['https://a.example/deep', 'http://m.example/deep'],
    ['https://a.example/deep/x', 'http://m.example/deep/x'],
    ['https://a.example/deeper', 'http://m.example/a/deeper'],
    ['https://a.example.evil/x', 'https://a.example.evil/x'],
    ['https://a.example@evil.example/x', 'https://a.example@evil.example/x'],
    ['http://a.example/x', 'http://a.example/x'],
  ])('%s → %s', (url, expected) => expect(rewriteUrl(url, table)).toBe(expected))
})

describe('Debian’s mirrors of a project', () => {
  it('are the configured one, without asking apt', async () => {
    fakeApt('', '', 1)
    expect(await debianMirrorsOf(new Map([['debian', 'http://m.example/debian//']]))()).toEqual({
      urls: ['http://m.example/debian'],
      reason: '',
    })
  })

  it('are asked for once', async () => {
    fakeApt('http://deb.example/debian bookworm')
    const ask = debianMirrorsOf(new Map())
    const first = ask()
    process.env['PATH'] = folder
    expect(ask()).toBe(first)
    expect((await first).urls).toEqual(['http://deb.example/debian'])
  })
})

async function mirrorTableOf(manifest: Manifest, variables: NodeJS.ProcessEnv): Promise<MirrorTable> {
  return mirrorTable(manifest, await readUserConfig(variables), variables)
}
