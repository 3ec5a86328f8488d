import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect} from 'vitest'
import {sha256Of} from '../../src/digest.ts'
import type {Sandbox} from '../helpers/cli.ts'
import {newSandbox} from '../helpers/cli.ts'
import {
  newSigningKey,
  startDebianArchive,
  type DebianArchive,
  type SigningKey,
} from '../helpers/debian-archive.ts'
import {registryWith} from '../helpers/known-releases.ts'
import {networkTest as plainTest, writeManifest} from '../helpers/network.ts'
import {copyPackage, type PackageCopy} from '../helpers/package-copy.ts'

const root = 'usr/share/jitsi-meet/prosody-plugins'
const files = {
  'mod_one.lua': 'local util = module:require "util"\n',
  'util.lib.lua': 'return {}\n',
  'token/two.lib.lua': 'return 2\n',
}
const release = {version: '10008', revision: 'ab'.repeat(20), files}
const packaged = (contents: Readonly<Record<string, string>> = files): Record<string, string> =>
  Object.fromEntries(Object.entries(contents).map(([path, text]) => [`${root}/${path}`, text]))

let archive: DebianArchive
let retired: SigningKey
let copy: PackageCopy
/** The package of the release, the one of a release whose bytes are others than its repository's, and a later one. */
const paths: string[] = []

beforeAll(async () => {
  archive = await startDebianArchive({suite: 'stable/'})
  retired = await newSigningKey('retired')
  const later = {...files, 'mod_one.lua': 'return "later"\n'}
  const odd = {
    ...release,
    version: '9955',
    revision: 'cd'.repeat(20),
    files: {...files, 'mod_odd.lua': 'return 1\n'},
  }
  copy = await copyPackage(registryWith({jitsi: [odd, release]}))
  for (const [version, contents] of [
    ['1.0.8339-1', {...files, 'mod_odd.lua': 'return "patched"\n'}],
    ['1.0.8384-1', files],
    ['1.0.9500-1', later],
  ] as const)
    paths.push(await archive.add({package: 'jitsi-meet-prosody', version, files: packaged(contents)}))
  await archive.publish()
  await useKeys([retired, archive.key], archive.key)
  const known = JSON.parse(await readFile(inRegistry('packages/jitsi.json'), 'utf8')) as object
  const packages = await Promise.all(
    ['9955', '10008'].map(async (version, index) => ({
      release: version,
      version: ['1.0.8339-1', '1.0.8384-1'][index],
      path: paths[index],
      sha256: sha256Of(await readFile(join(archive.server.folder, paths[index] ?? ''))),
      evidence: ['this test'],
    })),
  )
  await writeFile(inRegistry('packages/jitsi.json'), JSON.stringify({...known, packages}))
}, 120_000)

afterAll(async () => {
  await copy.remove()
  await retired.remove()
  await archive.close()
})

/** A test with a project of its own, which reaches Jitsi's archive on loopback and GitHub nowhere. */
const archiveTest = plainTest.extend<{jitsi: Sandbox}>({
  jitsi: async ({}, use) => {
    const sandbox = await newSandbox(copy.program)
    await declare(sandbox, {})
    await use(sandbox)
    await sandbox.remove()
  },
})

describe('a release of Jitsi', () => {
  archiveTest('comes from its package where GitHub is out of reach', async ({jitsi}) => {
    const added = await run(jitsi, ['add', 'jitsi@10008'])
    expect(added).toMatchObject({
      added: [{module: 'jitsi/*', version: '10008', trust: {by: 'registry'}}],
      fetch: {
        served: {
          [`Debian package jitsi-meet-prosody 1.0.8384-1 (download.jitsi.org) (mirror ${archive.server.host})`]: 3,
        },
      },
    })
    for (const [path, text] of Object.entries(files))
      expect(await readFile(join(jitsi.project, 'prosody-modules/jitsi', path), 'utf8')).toBe(text)
    await rm(join(jitsi.project, 'prosody-modules'), {recursive: true})
    await rm(jitsi.store, {recursive: true})
    expect(await run(jitsi, ['install', '--frozen'])).toMatchObject({
      fetch: {served: expect.any(Object) as object},
    })
    expect(await run(jitsi, ['verify'])).toMatchObject({drift: []})
  })

  archiveTest('is not taken from a package that has other bytes of it', async ({jitsi}) => {
    const {code, json} = await jitsi.cli(['add', 'jitsi@9955', '--json'])
    expect(code).toBe(5)
    const {error} = json as {error: {code: string; message: string}}
    expect(error.code).toBe('UNREACHABLE')
    expect(error.message).toContain('it does not hold these bytes of mod_odd.lua')
  })

  archiveTest('is refused where the package itself was changed', async ({jitsi}) => {
    const path = paths[1] ?? ''
    const sound = await readFile(join(archive.server.folder, path))
    await archive.change(path, (bytes) => Buffer.concat([bytes, Buffer.from('\n')]))
    const {code, json} = await jitsi.cli(['add', 'jitsi@10008', '--json'])
    await archive.change(path, () => sound)
    expect([code, json]).toMatchObject([4, {error: {code: 'DIGEST_MISMATCH'}}])
  })
})

describe("Jitsi's archive as a source", () => {
  archiveTest('gives packages that no table knows, by the signature of their index', async ({jitsi}) => {
    expect(await run(jitsi, ['add', 'jitsi-packages/*'])).toMatchObject({
      added: [{module: 'jitsi-packages/*', version: '1.0.9500-1', trust: {by: 'signature'}}],
    })
    expect(await readFile(join(jitsi.project, 'prosody-modules/jitsi-packages/mod_one.lua'), 'utf8')).toBe(
      'return "later"\n',
    )
    expect(await run(jitsi, ['outdated'])).toMatchObject({outdated: []})
    expect(await run(jitsi, ['verify'])).toMatchObject({drift: []})
    expect(await run(jitsi, ['install', '--frozen', '--offline'])).toMatchObject({upToDate: true})
    await run(jitsi, ['remove', 'jitsi-packages/*'])
    expect(await run(jitsi, ['add', 'jitsi-packages/one@1.0.8384-1'])).toMatchObject({
      added: [{module: 'jitsi-packages/one', version: '1.0.8384-1', files: 2}],
    })
  })

  archiveTest('publishes no name: a bare one is that of jitsi', async ({jitsi}) => {
    expect(await run(jitsi, ['add', 'one', '--dry-run'])).toMatchObject({added: [{module: 'jitsi/one'}]})
  })

  archiveTest('is said to be silent where it is, and nothing is said of what it has', async ({jitsi}) => {
    await writeManifest(jitsi, {mirrors: {'https://download.jitsi.org': 'http://127.0.0.1:9'}})
    const silent = await jitsi.cli(['add', 'jitsi-packages/*'])
    expect(silent.code).toBe(5)
    expect(silent.stderr).toMatch(/^error\[UNREACHABLE\]: jitsi-packages\/\*: no answer about suite stable\//)
    expect(silent.stderr).not.toContain('has no package')
  })

  archiveTest('refutes a lockfile that takes its packages from elsewhere', async ({jitsi}) => {
    await run(jitsi, ['add', 'jitsi-packages/*'])
    const path = join(jitsi.project, 'prosody-mods.lock.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"archive": "jitsi"', '"archive": "https://example.org"'))
    const refused = await jitsi.cli(['install', '--frozen', '--json'])
    expect(refused).toMatchObject({code: 4, json: {error: {code: 'LOCKFILE_DISPUTED'}}})
  })
})

describe('an archive that is known by name', () => {
  const source = {
    kind: 'debian',
    archive: 'jitsi',
    suite: 'stable/',
    package: 'jitsi-meet-prosody',
    root,
    layout: 'flat',
  }

  archiveTest('needs no key and no URL, and goes into the lockfile by its name', async ({jitsi}) => {
    await declare(jitsi, {sources: {own: source}})
    expect(await run(jitsi, ['add', 'own/*'])).toMatchObject({
      added: [{module: 'own/*', version: '1.0.9500-1', trust: {by: 'signature'}}],
    })
    const lock = JSON.parse(await readFile(join(jitsi.project, 'prosody-mods.lock.json'), 'utf8')) as {
      modules: Record<string, {resolved: unknown}>
    }
    expect(lock.modules['own/*']?.resolved).toMatchObject({archive: 'jitsi', version: '1.0.9500-1'})
    expect(JSON.stringify(lock)).not.toContain('127.0.0.1')
    await rm(join(jitsi.project, 'prosody-modules'), {recursive: true})
    await rm(jitsi.store, {recursive: true})
    await run(jitsi, ['install', '--frozen'])
    expect(await readFile(join(jitsi.project, 'prosody-modules/own/mod_one.lua'), 'utf8')).toBe(
      'return "later"\n',
    )
    expect(await run(jitsi, ['versions', 'own/*'])).toMatchObject({
      versions: [{version: '1.0.9500-1'}, {version: '1.0.8384-1'}, {version: '1.0.8339-1'}],
    })
  })

  archiveTest('is not believed by a key of its file that was retired', async ({jitsi}) => {
    await declare(jitsi, {sources: {own: source}})
    await useKeys([retired, archive.key], retired)
    const refused = await jitsi.cli(['add', 'own/*', '--json'])
    await useKeys([retired, archive.key], archive.key)
    expect(refused).toMatchObject({code: 4, json: {error: {code: 'SIGNATURE_KEY_UNKNOWN'}}})
    const {error} = refused.json as {error: {message: string}}
    expect(error.message).toContain("expected a key of the registry for Jitsi's archive")
    expect(await run(jitsi, ['add', 'own/*'])).toMatchObject({added: [{version: '1.0.9500-1'}]})
  })

  archiveTest('has to be one that the registry has', async ({jitsi}) => {
    await declare(jitsi, {sources: {own: {...source, archive: 'jitsy'}}})
    const refused = await jitsi.cli(['add', 'own/*'])
    expect([refused.code, refused.stderr]).toMatchObject([
      2,
      expect.stringContaining('there is no archive "jitsy"'),
    ])
    expect(refused.stderr).toContain('known by name: jitsi, prosody')
  })
})

/** Puts these keys into the registry's file of Jitsi's archive, and believes one of them. */
async function useKeys(keys: readonly SigningKey[], believed: SigningKey): Promise<void> {
  await writeFile(inRegistry('keys/jitsi.asc'), keys.map(({armored}) => armored).join('\n'))
  const path = inRegistry('archives.json')
  const table = JSON.parse(await readFile(path, 'utf8')) as {archives: {jitsi: {keys: object}}}
  table.archives.jitsi.keys = {file: 'keys/jitsi.asc', fingerprints: [believed.fingerprint]}
  await writeFile(path, JSON.stringify(table))
}

function inRegistry(path: string): string {
  return join(copy.program, '../../registry', path)
}

function declare(sandbox: Sandbox, manifest: object): Promise<void> {
  const mirrors = {
    'https://download.jitsi.org': archive.server.url,
    'https://github.com': 'http://127.0.0.1:9',
    'https://raw.githubusercontent.com': 'http://127.0.0.1:9',
  }
  return writeManifest(sandbox, {...manifest, mirrors})
}

async function run(sandbox: Sandbox, args: readonly string[]): Promise<unknown> {
  const output = await sandbox.cli([...args, '--json'])
  expect(output.code, output.stdout + output.stderr).toBe(0)
  return output.json
}
