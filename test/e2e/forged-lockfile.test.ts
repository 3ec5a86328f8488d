import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect} from 'vitest'
import {toDigest, type Digest} from '../../src/digest.ts'
import {integrityOf, type LockedModule, type Lockfile} from '../../src/project/lockfile.ts'
import {file} from '../helpers/answers.ts'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {knownDeb} from '../helpers/debs.ts'
import {mustFail, networkTest, writeManifest} from '../helpers/network.ts'
import type {TestServer} from '../helpers/server.ts'
import type {ModuleKey} from '../../src/module-key.ts'
import {sha256Like} from '../helpers/digest.ts'

const day = '2023.2.23'
const binding = 'community/sasl2_bind2'
const needed = 'community/sasl2'
const main = 'mod_sasl2_bind2/mod_sasl2_bind2.lua'
const target = {prosody: '0.12', image: {debian: 'bookworm'}}

/** A project with a module of the registry and another one that it needs. */
async function honest(sandbox: Sandbox, server: TestServer): Promise<void> {
  const {target: path, bytes} = await knownDeb(day)
  server.on(path, file(bytes))
  const mirrors = {debian: server.url, 'https://hg.prosody.im': server.url}
  await writeManifest(sandbox, {...target, mirrors})
  const {code, stderr} = await sandbox.cli(['add', `${binding}@${day}`])
  expect(code, stderr).toBe(0)
}

const lockPath = ({project}: Sandbox): string => join(project, 'prosody-mods.lock.json')

async function lockOf(sandbox: Sandbox): Promise<Lockfile> {
  return JSON.parse(await readFile(lockPath(sandbox), 'utf8')) as Lockfile
}

function entry(lock: Lockfile, key: ModuleKey): LockedModule {
  const locked = lock.modules[key]
  if (locked === undefined) throw new Error(`no ${key} in the lockfile`)
  return locked
}

/** Rewrites one entry, with the integrity that a forger would give it. */
async function forge(
  sandbox: Sandbox,
  key: ModuleKey,
  change: (locked: LockedModule) => Partial<LockedModule>,
): Promise<void> {
  const lock = await lockOf(sandbox)
  const locked = {...entry(lock, key), ...change(entry(lock, key))}
  const modules = {...lock.modules, [key]: {...locked, integrity: integrityOf(locked.files)}}
  await writeFile(lockPath(sandbox), JSON.stringify({...lock, modules}, undefined, 2))
}

const evil = toDigest(sha256Like('e'))

interface Forgery {
  readonly name: string
  readonly key: ModuleKey
  readonly about: string
  readonly change: (locked: LockedModule) => Partial<LockedModule>
  readonly lockfile: string
}

const forgeries: readonly Forgery[] = [
  {
    name: 'another digest',
    key: binding,
    about: 'file',
    change: ({files}) => ({files: {...files, [main]: evil}, trust: {by: 'registry', basis: 'upstream'}}),
    lockfile: evil,
  },
  {
    name: 'the revision of a fork',
    key: binding,
    about: 'revision',
    change: ({resolved}) => ({resolved: {...resolved, revision: 'f'.repeat(40)} as LockedModule['resolved']}),
    lockfile: 'f'.repeat(40),
  },
  {
    name: 'an old release under a new name',
    key: needed,
    about: 'version',
    change: () => ({version: '2099.1.1'}),
    lockfile: '2099.1.1',
  },
  {
    name: 'a folder in place of its publisher, for a module that another one needs',
    key: needed,
    about: 'source',
    change: () => ({resolved: {kind: 'path', path: './evil'}}),
    lockfile: './evil',
  },
  {
    name: 'a repository of somebody else, for a module that another one needs',
    key: needed,
    about: 'source',
    change: ({resolved}) => ({
      resolved: {
        ...resolved,
        repository: 'https://hg.example.org/prosody-modules',
      } as LockedModule['resolved'],
    }),
    lockfile: 'hg.example.org',
  },
  {
    name: 'one more file',
    key: binding,
    about: 'file',
    change: ({files}) => ({files: {...files, 'mod_sasl2_bind2/extra.lib.lua': evil}}),
    lockfile: evil,
  },
  {
    name: "another module's file in place of its own",
    key: binding,
    about: 'file',
    change: ({files}) => ({
      files: {...files, [main]: knownElsewhere},
      from: {[main]: 'mod_sasl2/mod_sasl2.lua'},
    }),
    lockfile: 'mod_sasl2/mod_sasl2.lua',
  },
  {
    name: 'a package that has no such library',
    key: binding,
    about: 'library',
    change: ({needs}) => ({needs: {...needs, libraries: {lfs: 'debian:netcat-openbsd'}}}),
    lockfile: 'debian:netcat-openbsd',
  },
  {
    name: 'a rock for a library that nobody knows',
    key: needed,
    about: 'library',
    change: ({needs}) => ({needs: {...needs, optional: {libraries: {evil: 'rock:evil@1.0-1'}}}}),
    lockfile: 'rock:evil@1.0-1',
  },
]

/** The digest that the registry has of mod_sasl2.lua of that day; set by the first test that reads it. */
let knownElsewhere: Digest

const readers = [
  ['list'],
  ['verify'],
  ['tree'],
  ['deps'],
  ['check'],
  ['why', 'sasl2'],
  ['outdated', '--offline'],
]
const writers = [
  ['install', '--frozen'],
  ['install'],
  ['add', 'community/lastlog', '--offline'],
  ['remove', needed],
]

describe.concurrent('a lockfile that says otherwise than the registry', {timeout: 180_000}, () => {
  networkTest.for(forgeries)('$name: refused by every command', async (forgery, {sandbox, server}) => {
    await honest(sandbox, server)
    const known = entry(await lockOf(sandbox), needed).files['mod_sasl2/mod_sasl2.lua']
    if (known === undefined) throw new Error(`${needed} has another main file`)
    knownElsewhere = known
    const lock = await readFile(lockPath(sandbox), 'utf8')
    const tree = await readTree(sandbox.project)
    await forge(sandbox, forgery.key, forgery.change)
    for (const args of [...readers, ...writers]) {
      const failure = await mustFail(sandbox, args, {exit: 4, code: 'LOCKFILE_DISPUTED'})
      expect(failure.message, args.join(' ')).toContain(forgery.lockfile)
      expect(failure.details['disputes']).toMatchObject([{key: forgery.key, about: forgery.about}])
    }
    // What the registry knows is locked again, byte for byte.
    const {code, stderr} = await sandbox.cli(['update'])
    expect(code, stderr).toBe(0)
    expect(await readFile(lockPath(sandbox), 'utf8')).toBe(lock)
    expect(await readTree(sandbox.project)).toEqual(tree)
  })

  networkTest('tells both values', async ({sandbox, server}) => {
    await honest(sandbox, server)
    const before = entry(await lockOf(sandbox), binding).files[main] ?? ''
    await forge(sandbox, binding, ({files}) => ({files: {...files, [main]: evil}}))
    const {code, stderr} = await sandbox.cli(['verify'])
    expect(code).toBe(4)
    expect(stderr).toContain(`prosody-mods.lock.json and the registry disagree about ${binding}\n`)
    expect(stderr).toContain(`${binding} ${day}: ${main}\n`)
    expect(stderr).toContain(`registry  ${before}\n`)
    expect(stderr).toContain(`lockfile  ${evil}\n`)
    expect(stderr).toContain(`prosody-mods update ${binding}`)
  })

  networkTest('a revision that the manifest names itself is not disputed', async ({sandbox, server}) => {
    await honest(sandbox, server)
    const other = 'abcdef012345'
    await forge(sandbox, binding, ({resolved}) => ({
      resolved: {...resolved, revision: other} as LockedModule['resolved'],
    }))
    const manifest = JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8')) as object
    await writeManifest(sandbox, {...manifest, modules: {[binding]: other}})
    const {code, json} = await sandbox.cli(['list', '--json'])
    expect(code).toBe(0)
    expect(json).toMatchObject({
      modules: [{module: needed, trust: {by: 'registry'}}, {trust: {by: 'first-use'}}],
    })
  })
})

describe.concurrent('a lockfile that lacks a file of a module', {timeout: 180_000}, () => {
  networkTest('is out of date, and mended by install', async ({sandbox, server}) => {
    await honest(sandbox, server)
    const text = await readFile(lockPath(sandbox), 'utf8')
    expect((await sandbox.cli(['add', `community/firewall@${day}`])).code).toBe(0)
    const whole = await readFile(lockPath(sandbox), 'utf8')
    expect(whole).not.toBe(text)
    const library = 'mod_firewall/marks.lib.lua'
    await forge(sandbox, 'community/firewall', ({files}) => {
      expect(Object.keys(files)).toContain(library)
      return {files: Object.fromEntries(Object.entries(files).filter(([path]) => path !== library))}
    })
    const failure = await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
    expect(failure.message).toContain(`community/firewall: the lockfile lacks ${library}`)
    const {code, stderr} = await sandbox.cli(['install', '--force'])
    expect(code, stderr).toBe(0)
    expect(await readFile(lockPath(sandbox), 'utf8')).toBe(whole)
  })
})

describe.concurrent('the mark of a module', {timeout: 180_000}, () => {
  networkTest('is computed, and never believed', async ({sandbox, server}) => {
    server.on('/mod_own.lua', file('module:log("info", "own");\n'))
    const sources = {own: {kind: 'url', url: `${server.url}/mod_own.lua`}}
    await writeManifest(sandbox, {...target, sources, modules: {'own/own': '*'}})
    expect((await sandbox.cli(['install'])).code).toBe(0)
    const honestText = await readFile(lockPath(sandbox), 'utf8')
    await forge(sandbox, 'own/own', () => ({trust: {by: 'registry', basis: 'upstream'}}))
    expect((await sandbox.cli(['list', '--json'])).json).toMatchObject({
      modules: [{module: 'own/own', trust: {by: 'first-use'}}],
    })
    expect((await sandbox.cli(['install'])).code).toBe(0)
    expect(await readFile(lockPath(sandbox), 'utf8')).toBe(honestText)
    // What the policy forbids to trust is refused, however it came into the lockfile.
    await writeManifest(sandbox, {...target, sources, modules: {'own/own': '*'}, trust: 'registry'})
    await forge(sandbox, 'own/own', () => ({trust: {by: 'registry', basis: 'upstream'}}))
    for (const args of [['install', '--frozen'], ['install'], ['verify'], ['check'], ['fetch']]) {
      const {message} = await mustFail(sandbox, args, {exit: 4, code: 'DIGEST_UNKNOWN'})
      expect(message, args.join(' ')).toContain('own/own')
    }
  })

  networkTest(
    "becomes the registry's where that confirms what was locked before",
    async ({sandbox, server}) => {
      await honest(sandbox, server)
      const text = await readFile(lockPath(sandbox), 'utf8')
      await forge(sandbox, binding, () => ({trust: {by: 'first-use'}}))
      expect((await sandbox.cli(['install', '--frozen'])).code).toBe(0)
      expect((await sandbox.cli(['install'])).code).toBe(0)
      expect(await readFile(lockPath(sandbox), 'utf8')).toBe(text)
    },
  )
})

describe.concurrent('modules that no code needs', {timeout: 180_000}, () => {
  /** Says in the lockfile that another module, sound as it is, were needed. */
  async function smuggle(sandbox: Sandbox, server: TestServer): Promise<void> {
    await honest(sandbox, server)
    expect((await sandbox.cli(['add', `community/pastebin@${day}`])).code).toBe(0)
    const manifest = join(sandbox.project, 'prosody-mods.json')
    const parsed = JSON.parse(await readFile(manifest, 'utf8')) as {modules: Record<string, string>}
    const {'community/pastebin': taken, ...modules} = parsed.modules
    expect(taken).toBe(day)
    await writeManifest(sandbox, {...parsed, modules})
    await forge(sandbox, binding, ({needs}) => ({
      needs: {...needs, modules: {...needs?.modules, pastebin: 'community/pastebin'}},
    }))
  }

  networkTest(
    'are refused under --frozen, whatever the lockfile says of needs',
    async ({sandbox, server}) => {
      await smuggle(sandbox, server)
      const failure = await mustFail(sandbox, ['install', '--frozen'], {exit: 7, code: 'LOCKFILE_OUTDATED'})
      expect(failure.message).toContain(
        'community/pastebin: in the lockfile, not in the manifest, and no code',
      )
    },
  )

  networkTest('are taken out by install, without a store too', async ({sandbox, server}) => {
    await smuggle(sandbox, server)
    const {code, stderr} = await sandbox.cli(['install', '--offline'], {
      env: {PROSODY_MODS_CACHE: join(sandbox.store, 'empty')},
    })
    expect(code, stderr).toBe(0)
    expect(Object.keys((await lockOf(sandbox)).modules)).toEqual([needed, binding])
    expect(Object.keys(await readTree(sandbox.project)).join('\n')).not.toContain('pastebin')
  })
})
