import {chmod, readdir, readFile, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import {aptMirrors} from '../../src/sources/debian/mirrors.ts'
import type {Sandbox} from '../helpers/cli.ts'
import {
  newSigningKey,
  startDebianArchive,
  type ArchiveOptions,
  type DebianArchive,
} from '../helpers/debian-archive.ts'
import {mustFail, networkTest as plainTest, writeManifest} from '../helpers/network.ts'

const root = 'usr/lib/prosody/modules'
const hello = (text: string): Record<string, string> => ({
  [`${root}/mod_hello/mod_hello.lua`]: `module:log("info", "${text}")\n`,
})
const written = 'prosody-modules/packaged/mod_hello/mod_hello.lua'

type Start = (options?: ArchiveOptions) => Promise<DebianArchive>

/** With archives that end with the test. */
const archiveTest = plainTest.extend<{start: Start}>({
  start: async ({}, use) => {
    const archives: DebianArchive[] = []
    await use(async (options) => {
      const archive = await startDebianArchive(options)
      archives.push(archive)
      return archive
    })
    for (const archive of archives) await archive.close()
  },
})

describe.concurrent('a signed archive', {timeout: 180_000}, () => {
  archiveTest(
    'gives the newest version that a range admits, and what is newer later',
    async ({sandbox, start}) => {
      const archive = await withHello(start)
      await declare(sandbox, archive)
      const added = await run(sandbox, ['add', 'packaged/hello@<2'])
      expect(added).toMatchObject({
        added: [{module: 'packaged/hello', version: '1.0-1', trust: {by: 'signature'}}],
        fetch: {served: {[`Debian package own 1.0-1 (${archive.server.host})`]: 1}},
      })
      expect(await readFile(join(sandbox.project, written), 'utf8')).toBe('module:log("info", "one")\n')
      expect(await run(sandbox, ['outdated'])).toMatchObject({outdated: []})
      await archive.add({package: 'own', version: '1:0.9-1', files: hello('two')})
      await archive.publish()
      expect(await run(sandbox, ['outdated'])).toMatchObject({
        outdated: [
          {
            module: 'packaged/hello',
            current: '1.0-1',
            allowed: null,
            latest: '1:0.9-1',
            latestFrom: 'archive',
          },
        ],
      })
      expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({
        asked: true,
        versions: [
          {version: '1:0.9-1', from: 'archive', locked: false},
          {version: '1.0-1', from: 'archive', locked: true},
        ],
      })
      await declare(sandbox, archive, {manifest: {modules: {'packaged/hello': '*'}}})
      expect(await run(sandbox, ['update'])).toMatchObject({
        updated: [{module: 'packaged/hello', version: '1:0.9-1', previous: '1.0-1'}],
      })
      expect(await readFile(join(sandbox.project, written), 'utf8')).toBe('module:log("info", "two")\n')
      expect(await run(sandbox, ['verify'])).toMatchObject({drift: []})
      expect(await run(sandbox, ['install', '--frozen', '--offline'])).toMatchObject({upToDate: true})
    },
  )

  archiveTest.for([
    ['.xz', 'xz'],
    ['.gz', 'gzip'],
    ['.zst', 'zstd'],
    ['', 'xz'],
  ] as const)(
    'is read with Packages%s and data.tar by %s',
    async ([ending, compression], {sandbox, start}) => {
      const archive = await start({endings: [ending]})
      await archive.add({package: 'own', version: '1', files: hello('one'), compression})
      await archive.publish()
      await declare(sandbox, archive)
      expect(await run(sandbox, ['add', 'packaged/hello'])).toMatchObject({added: [{version: '1'}]})
      expect(await readFile(join(sandbox.project, written), 'utf8')).toBe('module:log("info", "one")\n')
    },
  )

  archiveTest('is asked by hash where it says so, and nothing is fetched twice', async ({sandbox, start}) => {
    const archive = await start({byHash: true, endings: ['.xz']})
    await archive.add({
      package: 'own',
      version: '1',
      files: {...hello('one'), [`${root}/mod_b/mod_b.lua`]: '\n'},
    })
    await archive.publish()
    await declare(sandbox, archive)
    await run(sandbox, ['add', 'packaged/hello', 'packaged/b'])
    const asked = (await archive.server.requests()).map(({path}) => path.replace(/[0-9a-f]{64}/, '<sha256>'))
    expect(asked).toEqual([
      '/dists/trixie/InRelease',
      '/dists/trixie/main/binary-amd64/by-hash/SHA256/<sha256>',
      '/pool/main/o/own/own_1_all.deb',
    ])
  })

  archiveTest(
    'is asked whether its index is current, and believed again after a bad answer',
    async ({sandbox, start}) => {
      const archive = await withHello(start)
      await declare(sandbox, archive)
      const {change, server} = archive
      // What is younger than two seconds is not kept.
      const past = new Date('2026-01-01T00:00:00Z')
      for (const path of [inRelease, packages]) await utimes(join(server.folder, path), past, past)
      for (let times = 0; times < 2; times += 1) await sandbox.cli(['versions', 'packaged/hello'])
      expect(await server.statuses()).toEqual([200, 200, 304, 304])
      const sound = await readFile(join(server.folder, inRelease))
      // As somebody on the way would do it: other bytes under the validators of the right ones.
      await rm(join(sandbox.store, 'v1/listings'), {recursive: true})
      await change(inRelease, () => sound.toString().replace('Origin: Own', 'Origin: 0wn'))
      await utimes(join(server.folder, inRelease), past, past)
      expect((await sandbox.cli(['versions', 'packaged/hello'])).code).toBe(4)
      await change(inRelease, () => sound)
      await utimes(join(server.folder, inRelease), past, past)
      expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({asked: true})
    },
  )

  archiveTest('without dists/ is a flat tree of Jitsi, patches left out', async ({sandbox, start}) => {
    const archive = await start({suite: 'stable/'})
    const plugins = 'usr/share/jitsi-meet/prosody-plugins'
    await archive.add({
      package: 'jitsi-meet-prosody',
      version: '1.0.8384-1',
      files: {
        [`${plugins}/mod_one.lua`]: 'local util = module:require "util"\n',
        [`${plugins}/util.lib.lua`]: 'return {}\n',
        [`${plugins}/muc_owner_allow_kick.patch`]: '--- a\n+++ b\n',
        'usr/share/doc/jitsi-meet-prosody/README': 'text\n',
      },
    })
    await archive.publish()
    const source = {suite: 'stable/', package: 'jitsi-meet-prosody', root: plugins, layout: 'flat'}
    await declare(sandbox, archive, {source})
    expect(await run(sandbox, ['add', 'packaged/*'])).toMatchObject({
      added: [
        {module: 'packaged/*', version: '1.0.8384-1', files: 2, patches: ['muc_owner_allow_kick.patch']},
      ],
    })
    expect(await readFile(join(sandbox.project, 'prosody-modules/packaged/util.lib.lua'), 'utf8')).toBe(
      'return {}\n',
    )
  })

  archiveTest(
    'may have its signature in a file of its own, and its keys in several forms',
    async ({sandbox, start}) => {
      const archive = await withHello(start)
      const other = await newSigningKey('other')
      const release = await readFile(join(archive.server.folder, archive.suiteFolder, 'Release'), 'utf8')
      await archive.change(`${archive.suiteFolder}InRelease`, () => undefined)
      const keyrings = [
        archive.key.armored,
        archive.key.binary,
        `${other.armored}\n${archive.key.armored}`,
        Buffer.concat([other.binary, archive.key.binary]),
      ]
      await declare(sandbox, archive)
      for (const [index, keyring] of keyrings.entries()) {
        await archive.change(`${archive.suiteFolder}Release.gpg`, () => undefined).catch(() => undefined)
        const signature = await archive.key.detached(release, index % 2 === 0)
        await archive.change(`${archive.suiteFolder}Release.gpg`, () => signature)
        await writeFile(join(sandbox.project, 'archive.keys'), keyring)
        expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({asked: true})
      }
      await other.remove()
    },
  )

  archiveTest('counts with one good signature among others', async ({sandbox, start}) => {
    const archive = await withHello(start)
    const other = await newSigningKey('other')
    await declare(sandbox, archive)
    const release = await readFile(join(archive.server.folder, archive.suiteFolder, 'Release'), 'utf8')
    const both = Buffer.concat([
      await other.detached(release, false),
      await archive.key.detached(release, false),
    ])
    await archive.change(`${archive.suiteFolder}InRelease`, () => undefined)
    await archive.change(`${archive.suiteFolder}Release.gpg`, () => both)
    expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({asked: true})
    await other.remove()
  })

  archiveTest('among apt’s is found behind one that is not Debian’s', async ({sandbox, start}) => {
    const [stranger, archive] = [await start(), await withHello(start)]
    await stranger.add({package: 'strange', version: '1', files: hello('strange')})
    await stranger.publish()
    const list = join(sandbox.project, '../sources.list')
    const lines = [stranger, archive].map(({server}) => `deb http://bob:s3cret@${server.host} trixie main\n`)
    await writeFile(list, lines.join(''))
    const config = join(sandbox.project, '../apt.conf')
    const empty = join(sandbox.project, '../empty')
    await writeFile(
      config,
      `Dir::Etc::sourcelist "${list}"; Dir::Etc::sourceparts "${empty}"; Dir::State::lists "${empty}";\n`,
    )
    await declare(sandbox, archive, {source: {archive: undefined}})
    const env = {APT_CONFIG: config}
    const {code, stdout, stderr} = await sandbox.cli(['add', 'packaged/hello', '--json'], {env})
    expect(code, stdout + stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({added: [{version: '1.0-1'}]})
    expect((await stranger.server.requests()).map(({path}) => path)).toContain('/dists/trixie/InRelease')
    expect(stdout).not.toContain('s3cret')
  })

  archiveTest('that has other bytes under a locked version is told of: 4', async ({sandbox, start}) => {
    const archive = await withHello(start)
    await declare(sandbox, archive)
    await run(sandbox, ['add', 'packaged/hello'])
    await archive.add({package: 'own', version: '1.0-1', files: hello('other')})
    await archive.publish()
    for (const args of [['outdated'], ['versions', 'packaged/hello'], ['add', 'packaged/hello@1.0-1']]) {
      const error = await mustFail(sandbox, args, {exit: 4, code: 'DIGEST_MISMATCH', mayKeep: true})
      expect(error.message).toMatch(/another package own 1\.0-1 than the locked one\n {2}expected sha256:/)
    }
    expect(await run(sandbox, ['install', '--frozen'])).toMatchObject({upToDate: true})
  })

  archiveTest('of Debian itself is believed by its own keyring', async ({sandbox}) => {
    const {urls, reason} = await aptMirrors()
    expect(urls, reason).not.toEqual([])
    const suite = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? ''
    await writeManifest(sandbox, {
      sources: {packaged: {kind: 'debian', suite, package: 'prosody-modules', root}},
    })
    const added = await run(sandbox, ['add', 'packaged/muc_moderation'])
    expect(added).toMatchObject({added: [{trust: {by: 'signature'}, files: 1}]})
    const [version] = (added as {added: {version: string}[]}).added.map((one) => one.version)
    expect(version).toMatch(/^0\.0~hg\d{8}\./)
  })
})

interface Attack {
  readonly name: string
  readonly exit: number
  readonly code: string
  readonly message: RegExp
  readonly options?: ArchiveOptions
  /** Done after everything was published soundly. */
  readonly attack: (archive: DebianArchive, sandbox: Sandbox) => Promise<void>
  readonly source?: object
}

const inRelease = 'dists/trixie/InRelease'
const packages = 'dists/trixie/main/binary-amd64/Packages.xz'

const attacks: readonly Attack[] = [
  {
    name: 'a changed InRelease',
    exit: 4,
    code: 'SIGNATURE_INVALID',
    message: /InRelease: the signature does not hold/,
    attack: ({change}) =>
      change(inRelease, (bytes) => bytes.toString().replace('Origin: Own', 'Origin: 0wn')),
  },
  {
    name: 'a signature of other bytes',
    exit: 4,
    code: 'SIGNATURE_INVALID',
    message: /InRelease: the signature does not hold/,
    async attack({change, key}) {
      const other = await key.clearsign('Suite: trixie\n')
      const [signature = ''] = /-----BEGIN PGP SIGNATURE-----[\s\S]*/.exec(other) ?? []
      await change(inRelease, (bytes) =>
        bytes.toString().replace(/-----BEGIN PGP SIGNATURE-----[\s\S]*/, signature),
      )
    },
  },
  {
    name: 'changed Packages',
    exit: 4,
    code: 'INDEX_MISMATCH',
    message:
      /Packages\.xz: not the index that the archive's owner signed\n {2}expected sha256:[0-9a-f]{64} \(\d+ bytes\)\n {2}got {6}sha256/,
    attack: ({change}) => change(packages, (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
  },
  {
    name: 'a changed package',
    exit: 4,
    code: 'DIGEST_MISMATCH',
    message: /own_1\.0-1_all\.deb/,
    async attack({change}) {
      await change('pool/main/o/own/own_1.0-1_all.deb', (bytes) =>
        bytes.toString('latin1').replace('ar', 'rä'),
      )
    },
  },
  {
    name: 'an expired index',
    exit: 4,
    code: 'INDEX_EXPIRED',
    message: /the index has expired\n.*\n {2}got {6}Valid-Until: Sat, 21 Nov 2026 00:00:00 UTC/,
    options: {fields: {'Valid-Until': 'Sat, 21 Nov 2026 00:00:00 UTC'}},
    attack: () => Promise.resolve(),
  },
  {
    name: 'an age that can not be read',
    exit: 4,
    code: 'INDEX_EXPIRED',
    message: /Valid-Until: some day/,
    options: {fields: {'Valid-Until': 'some day'}},
    attack: () => Promise.resolve(),
  },
  {
    name: 'no signature: a Release file alone',
    exit: 4,
    code: 'SIGNATURE_MISSING',
    message: /Release: there is no signature/,
    attack: ({change}) => change(inRelease, () => undefined),
  },
  {
    name: 'no signature: an InRelease that is none',
    exit: 4,
    code: 'SIGNATURE_MISSING',
    message: /InRelease: there is no signature/,
    attack: async ({change, server}) => {
      const release = await readFile(join(server.folder, 'dists/trixie/Release'))
      await change(inRelease, () => release)
    },
  },
  {
    name: 'a key of somebody else',
    exit: 4,
    code: 'SIGNATURE_KEY_UNKNOWN',
    message:
      /signed by nobody who is trusted for it\n {2}expected a key of .*archive\.keys\n {2}got {6}[0-9A-F]{16}/,
    async attack(_archive, {project}) {
      const other = await newSigningKey('other')
      await writeFile(join(project, 'archive.keys'), other.armored)
      await other.remove()
    },
  },
  {
    name: 'a key that has expired, though it signed before',
    exit: 4,
    code: 'SIGNATURE_INVALID',
    message: /the signature does not hold: .*expired/,
    async attack({change, server}, {project}) {
      const old = await newSigningKey('old', '20200101')
      const release = await readFile(join(server.folder, 'dists/trixie/Release'), 'utf8')
      const signed = await old.clearsign(release)
      await change(inRelease, () => signed)
      await writeFile(join(project, 'archive.keys'), old.armored)
      await old.remove()
    },
  },
  {
    name: 'a signature of a kind that there is not',
    exit: 4,
    code: 'SIGNATURE_INVALID',
    message: /Release: the signature does not hold/,
    async attack({change, key, server}) {
      const release = await readFile(join(server.folder, 'dists/trixie/Release'), 'utf8')
      const signature = Buffer.from(await key.detached(release, false))
      // RFC 9580, 5.2.3: the type stands behind the packet's header of three bytes and the version.
      signature[4] = 0x63
      await change(inRelease, () => undefined)
      await change('dists/trixie/Release.gpg', () => signature)
    },
  },
  {
    name: 'a pipe in place of keys',
    exit: 2,
    code: 'CONFIG_INVALID',
    message: /archive\.keys is no file of keys/,
    async attack(_archive, {project}) {
      await rm(join(project, 'archive.keys'))
      await symlink('/dev/zero', join(project, 'archive.keys'))
    },
  },
  {
    name: 'keys that end in the middle',
    exit: 2,
    code: 'CONFIG_INVALID',
    message: /no OpenPGP keys: the block of public keys has no end/,
    attack: ({key}, {project}) => writeFile(join(project, 'archive.keys'), key.armored.slice(0, 200)),
  },
  {
    name: 'another suite under the same key',
    exit: 4,
    code: 'INDEX_OTHER_SUITE',
    message: /expected trixie\n {2}got {6}buzz/,
    options: {fields: {Suite: 'buzz', Codename: 'buzz'}},
    attack: () => Promise.resolve(),
  },
  {
    name: 'packages named outside of what is signed',
    exit: 3,
    code: 'VERSION_UNSATISFIABLE',
    message: /packaged\/hello@9/,
    async attack({change}) {
      const evil = 'SHA256:\n 0000 1 main/binary-amd64/Packages.xz\n'
      await change(inRelease, (bytes) => `${evil}\n${bytes.toString()}\n${evil}`)
    },
  },
  {
    name: 'a page in place of the index',
    exit: 5,
    code: 'UPSTREAM_GARBLED',
    message: /got {6}an HTML page/,
    attack: ({change}) => change(inRelease, () => '<!doctype html><title>Log in</title>'),
  },
  {
    name: 'an index that is listed and not there',
    exit: 5,
    code: 'UPSTREAM_GARBLED',
    message: /Packages\.xz, which the archive's owner lists/,
    attack: ({change}) => change(packages, () => undefined),
  },
  {
    name: 'no such suite',
    exit: 3,
    code: 'SOURCE_UNKNOWN',
    message: /there is no suite trixy at/,
    attack: () => Promise.resolve(),
    source: {suite: 'trixy'},
  },
  {
    name: 'no such component',
    exit: 3,
    code: 'SOURCE_UNKNOWN',
    message: /suite trixie has no contrib\/binary-amd64\/Packages/,
    attack: () => Promise.resolve(),
    source: {component: 'contrib'},
  },
  {
    name: 'no such package',
    exit: 3,
    code: 'VERSION_UNSATISFIABLE',
    message: /packaged: /,
    attack: () => Promise.resolve(),
    source: {package: 'owner'},
  },
  {
    name: 'no keys',
    exit: 2,
    code: 'CONFIG_INVALID',
    message: /the keys of the archive are missing: there is no .*nowhere\.keys/,
    attack: () => Promise.resolve(),
    source: {signedBy: 'nowhere.keys'},
  },
  {
    name: 'a file that holds no keys',
    exit: 2,
    code: 'CONFIG_INVALID',
    message: /archive\.keys: no OpenPGP keys/,
    attack: (_archive, {project}) => writeFile(join(project, 'archive.keys'), 'not a key\n'),
  },
]

describe.concurrent('an archive is refused for', {timeout: 180_000}, () => {
  archiveTest.for(attacks.map((attack) => [attack.name, attack] as const))(
    '%s',
    async ([, {exit, code, message, options, attack, source}], {sandbox, start}) => {
      const archive = await withHello(start, options)
      await declare(sandbox, archive, {source})
      await attack(archive, sandbox)
      const spec =
        code === 'VERSION_UNSATISFIABLE' && source === undefined ? 'packaged/hello@9' : 'packaged/hello'
      const error = await mustFail(sandbox, ['add', spec], {exit, code})
      expect(error.message).toMatch(message)
      expect(error.hint).not.toBeNull()
    },
  )

  archiveTest('nothing, offline: nobody is asked', async ({sandbox, start}) => {
    const archive = await withHello(start)
    await declare(sandbox, archive)
    await mustFail(sandbox, ['add', 'packaged/hello', '--offline'], {exit: 5, code: 'OFFLINE_MISSING'})
    expect(await archive.server.requests()).toEqual([])
  })
})

const [monday, tuesday, wednesday] = ['16', '17', '18'].map((day) => `2026-11-${day}T08:00:00Z`) as [
  string,
  string,
  string,
]

/** An archive with hello 1.0-1 of Monday, which `replay` puts back after all that was published later. */
async function withReplay(start: Start): Promise<{
  readonly archive: DebianArchive
  readonly publish: (date: string | undefined, version: string) => Promise<void>
  readonly replay: () => Promise<void>
}> {
  const archive = await start()
  const publish = async (date: string | undefined, version: string): Promise<void> => {
    await archive.add({package: 'own', version, files: hello(version)})
    await archive.publish({fields: {Date: date === undefined ? undefined : new Date(date).toUTCString()}})
  }
  await publish(monday, '1.0-1')
  const old = await Promise.all(
    [inRelease, packages].map(
      async (path) => [path, await readFile(join(archive.server.folder, path))] as const,
    ),
  )
  return {
    archive,
    publish,
    async replay() {
      for (const [path, bytes] of old) await archive.change(path, () => bytes)
    },
  }
}

describe.concurrent('an index older than one that was seen', {timeout: 180_000}, () => {
  const older = {exit: 4, code: 'INDEX_OLDER', mayKeep: true}

  archiveTest('is refused, by all that ask for it, with both dates', async ({sandbox, start}) => {
    const {archive, publish, replay} = await withReplay(start)
    await declare(sandbox, archive)
    await run(sandbox, ['add', 'packaged/hello'])
    await publish(tuesday, '1.0-2')
    expect(await run(sandbox, ['outdated'])).toMatchObject({outdated: [{latest: '1.0-2'}]})
    await replay()
    for (const args of [['outdated'], ['versions', 'packaged/hello'], ['add', 'packaged/hello@1.0-1']]) {
      const error = await mustFail(sandbox, args, older)
      expect(error.message).toMatch(
        /InRelease: the index is older than one that was seen before\n {2}expected Date: 2026-11-17T08:00:00Z or later\n {2}got {6}Date: 2026-11-16T08:00:00Z/,
      )
      expect(error.hint).toContain(`PROSODY_MODS_OLDEST_INDEX=${monday} `)
    }
    await publish(wednesday, '1.0-3')
    expect(await run(sandbox, ['outdated'])).toMatchObject({outdated: [{latest: '1.0-3'}]})
    expect(await run(sandbox, ['outdated'])).toMatchObject({outdated: [{latest: '1.0-3'}]})
  })

  archiveTest(
    'is taken from the day on that the user names, and is then the newest',
    async ({sandbox, start}) => {
      const {archive, publish, replay} = await withReplay(start)
      await declare(sandbox, archive)
      await publish(wednesday, '1.0-2')
      await run(sandbox, ['versions', 'packaged/hello'])
      await replay()
      const ask = ['versions', 'packaged/hello', '--json']
      await mustFail(sandbox, ask, {...older, env: {PROSODY_MODS_OLDEST_INDEX: tuesday}})
      const taken = await sandbox.cli(ask, {env: {PROSODY_MODS_OLDEST_INDEX: monday}})
      expect(taken.code, taken.stdout).toBe(0)
      expect(taken.json).toMatchObject({versions: [{version: '1.0-1'}]})
      expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({asked: true})
      await publish(tuesday, '1.0-3')
      expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({asked: true})
      await replay()
      await mustFail(sandbox, ask, older)
    },
  )

  archiveTest('is one without a date, too, once there was one', async ({sandbox, start}) => {
    const {archive, publish} = await withReplay(start)
    await declare(sandbox, archive)
    await publish(undefined, '1.0-2')
    await run(sandbox, ['versions', 'packaged/hello'])
    await publish(monday, '1.0-3')
    await run(sandbox, ['versions', 'packaged/hello'])
    await publish(undefined, '1.0-4')
    const error = await mustFail(sandbox, ['versions', 'packaged/hello'], older)
    expect(error.message).toMatch(/expected Date: 2026-11-16T08:00:00Z or later\n {2}got {6}no Date$/)
  })

  archiveTest('is known after everything else was pruned', async ({sandbox, start}) => {
    const {archive, publish, replay} = await withReplay(start)
    await declare(sandbox, archive)
    await publish(tuesday, '1.0-2')
    await run(sandbox, ['versions', 'packaged/hello'])
    await run(sandbox, ['cache', 'prune', '--days', '0'])
    await replay()
    await mustFail(sandbox, ['versions', 'packaged/hello'], older)
  })

  archiveTest('is not what others could have written down', async ({sandbox, start}) => {
    const {archive, publish, replay} = await withReplay(start)
    await declare(sandbox, archive)
    await publish(tuesday, '1.0-2')
    await run(sandbox, ['versions', 'packaged/hello'])
    const folder = join(sandbox.store, 'v1/index-dates')
    const names = await readdir(folder)
    expect(names).toHaveLength(1)
    await chmod(join(folder, names[0] ?? ''), 0o666)
    await replay()
    expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({versions: [{version: '1.0-1'}]})
  })

  archiveTest(
    'is none where the newer one was believed by another file of keys',
    async ({sandbox, start}) => {
      const {archive, publish, replay} = await withReplay(start)
      await publish(tuesday, '1.0-2')
      await writeFile(join(sandbox.project, 'theirs.keys'), archive.key.armored)
      await declare(sandbox, archive, {source: {signedBy: 'theirs.keys'}})
      await run(sandbox, ['versions', 'packaged/hello'])
      await replay()
      await mustFail(sandbox, ['versions', 'packaged/hello'], older)
      await declare(sandbox, archive)
      expect(await run(sandbox, ['versions', 'packaged/hello'])).toMatchObject({
        versions: [{version: '1.0-1'}],
      })
    },
  )
})

async function withHello(start: Start, options?: ArchiveOptions): Promise<DebianArchive> {
  const archive = await start(options)
  await archive.add({package: 'own', version: '1.0-1', files: hello('one')})
  await archive.publish()
  return archive
}

async function declare(
  sandbox: Sandbox,
  {server, key}: DebianArchive,
  {manifest = {}, source = {}}: {readonly manifest?: object; readonly source?: object | undefined} = {},
): Promise<void> {
  await writeFile(join(sandbox.project, 'archive.keys'), key.armored)
  const declared = {
    kind: 'debian',
    archive: server.url,
    suite: 'trixie',
    package: 'own',
    root,
    signedBy: 'archive.keys',
  }
  await writeManifest(sandbox, {...manifest, sources: {packaged: {...declared, ...source}}})
}

async function run(sandbox: Sandbox, args: readonly string[]): Promise<unknown> {
  const output = await sandbox.cli([...args, '--json'])
  expect(output.code, output.stdout + output.stderr).toBe(0)
  return output.json
}
