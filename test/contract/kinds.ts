import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {sha256Of} from '../../src/digest.ts'
import type {ErrorCode} from '../../src/errors.ts'
import type {Registry} from '../../src/registry/registry.ts'
import type {RegistrySource} from '../../src/registry/types.ts'
import type {SourceKind} from '../../src/sources/kinds.ts'
import {file} from '../helpers/answers.ts'
import {startDebianArchive} from '../helpers/debian-archive.ts'
import {startForge} from '../helpers/forge.ts'
import {startHg} from '../helpers/hg.ts'
import {startNginx} from '../helpers/nginx.ts'
import {mustRun} from '../helpers/program.ts'
import {startServer} from '../helpers/server.ts'

/** The module that every kind of source publishes here: path in its folder → text. */
export const moduleFiles: Readonly<Record<string, string>> = {
  'mod_contract.lua': 'local words = module:require "words"\nmodule:hook("muc-room-created", words.greet)\n',
  'words.lib.lua': 'return { greet = function () return "hello" end }\n',
  'html/page.html': '<p>hello</p>\n',
}

/** A publisher of one kind, run by the program that really serves it. */
export interface Publisher {
  readonly kind: SourceKind
  /** What the manifest says besides the modules. */
  readonly manifest: Readonly<Record<string, unknown>>
  readonly env: NodeJS.ProcessEnv
  readonly registry: Registry
  /** source/name, and what the manifest asks for. */
  readonly module: string
  readonly version: string
  /** Makes it give other bytes for the same release. */
  corrupt(): Promise<void>
  /** Takes it away; what a command then ends with. */
  readonly gone: {readonly exit: number; readonly code: ErrorCode}
  vanish(): Promise<void>
  /** Whether an empty store is enough offline. */
  readonly isLocal: boolean
  close(): Promise<void>
}

/** Each kind as the registry or a digest knows it; a new kind is a line here. */
const known = {debian, github, hg, path, url} satisfies Record<SourceKind, () => Promise<Publisher>>

/** And those that a manifest can declare without a digest: the publisher says what there is. */
export const publishers = {
  ...known,
  'debian, by its signed index': debianIndex,
  'github, declared': declaredGithub,
  'hg, declared': declaredHg,
}

const unreachable = {exit: 5, code: 'UNREACHABLE'} as const

async function path(): Promise<Publisher> {
  const work = await temporary()
  const folder = join(work, 'modules')
  await writeModule(join(folder, 'mod_contract'))
  // It lies outside of the project.
  await writeFile(join(work, 'config.json'), JSON.stringify({allowPaths: ['.']}))
  return {
    kind: 'path',
    manifest: {sources: {here: {kind: 'path', path: folder}}},
    env: {PROSODY_MODS_CONFIG: work},
    registry: registryOf(),
    module: 'here/contract',
    version: '*',
    corrupt: () => writeFile(join(folder, 'mod_contract/mod_contract.lua'), 'other()\n'),
    gone: {exit: 3, code: 'PATH_NOT_FOUND'},
    vanish: () => rm(folder, {recursive: true}),
    isLocal: true,
    close: () => rm(work, {recursive: true, force: true}),
  }
}

async function url(): Promise<Publisher> {
  const nginx = await startNginx()
  const archive = join(nginx.folder, 'modules-1.0.tar.gz')
  await writeModule(join(nginx.folder, 'modules-1.0/mod_contract'))
  await mustRun(['tar', '-C', nginx.folder, '-czf', archive, 'modules-1.0'])
  const sha256 = sha256Of(await readFile(archive))
  return {
    kind: 'url',
    manifest: {sources: {there: {kind: 'url', url: `${nginx.url}/modules-1.0.tar.gz`, sha256}}},
    env: {},
    registry: registryOf(),
    module: 'there/contract',
    version: '*',
    corrupt: () => writeFile(archive, 'other bytes'),
    gone: unreachable,
    vanish: () => nginx.stop(),
    isLocal: false,
    close: () => nginx.stop(),
  }
}

async function debian(): Promise<Publisher> {
  const nginx = await startNginx()
  const tree = join(nginx.folder, 'tree')
  const pool = 'pool/main/c/contract/contract_1.0-1_all.deb'
  await writeModule(join(tree, 'usr/lib/prosody/modules/mod_contract'))
  await mkdir(join(tree, 'DEBIAN'))
  await writeFile(
    join(tree, 'DEBIAN/control'),
    'Package: contract\nVersion: 1.0-1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: a module\n',
  )
  await mkdir(dirname(join(nginx.folder, pool)), {recursive: true})
  await mustRun(['dpkg-deb', '--root-owner-group', '--build', tree, join(nginx.folder, pool)])
  const sha256 = sha256Of(await readFile(join(nginx.folder, pool)))
  const deb = {package: 'contract', version: '1.0-1', path: pool, sha256, root: 'usr/lib/prosody/modules'}
  return {
    kind: 'debian',
    manifest: {sources: {packaged: {kind: 'debian', debs: [deb]}}},
    env: {PROSODY_MODS_DEBIAN_MIRROR: nginx.url},
    registry: registryOf(),
    module: 'packaged/contract',
    version: '1.0-1',
    corrupt: () => writeFile(join(nginx.folder, pool), 'other bytes'),
    gone: unreachable,
    vanish: () => nginx.stop(),
    isLocal: false,
    close: () => nginx.stop(),
  }
}

async function github(): Promise<Publisher> {
  const forge = await startForge()
  const revision = await forge.commit('acme/plugins', inFolder('lua/mod_contract'), ['v1.2.3'])
  const stop = once(() => forge.close())
  return {
    kind: 'github',
    manifest: {mirrors: forge.mirrors},
    env: {},
    registry: registryOf({
      revision,
      source: {...published, scheme: 'semver', kind: 'github', repository: 'acme/plugins', folder: 'lua'},
      version: '1.2.3',
    }),
    module: 'published/contract',
    version: '1.2.3',
    async corrupt() {
      await forge.corrupt('other()\n')
    },
    gone: unreachable,
    vanish: stop,
    isLocal: false,
    close: stop,
  }
}

async function hg(): Promise<Publisher> {
  const server = await startHg()
  const revision = await server.commit(inFolder('mod_contract'), '2026-01-02 03:04 +0000')
  const known = {
    revision,
    source: {...published, scheme: 'calendar', kind: 'hg', repository: 'https://hg.example/modules'},
    version: '2026.1.2',
  } as const
  const files = {...moduleFiles}
  return {
    kind: 'hg',
    manifest: {mirrors: {'https://hg.example/modules': server.url}},
    env: {},
    registry: registryOf(known, files),
    module: 'published/contract',
    version: '2026.1.2',
    // A changeset can't change under its id, so it is what the registry expects that becomes other.
    corrupt: () => Promise.resolve(void (files['words.lib.lua'] = 'other()\n')),
    gone: unreachable,
    vanish: () => server.stop(),
    isLocal: false,
    close: () => server.close(),
  }
}

async function debianIndex(): Promise<Publisher> {
  const archive = await startDebianArchive()
  const files = inFolder('usr/lib/prosody/modules/mod_contract')
  const deb = await archive.add({package: 'contract', version: '1.0-1', files})
  await archive.publish()
  const keys = await temporary()
  await writeFile(join(keys, 'archive.asc'), archive.key.armored)
  const stop = once(() => archive.close())
  const source = {
    kind: 'debian',
    archive: archive.server.url,
    suite: 'trixie',
    package: 'contract',
    root: 'usr/lib/prosody/modules',
    signedBy: join(keys, 'archive.asc'),
  }
  return {
    kind: 'debian',
    manifest: {sources: {packaged: source}},
    env: {},
    registry: registryOf(),
    module: 'packaged/contract',
    version: '1.0-1',
    corrupt: () => writeFile(join(archive.server.folder, deb), 'other bytes'),
    gone: unreachable,
    vanish: stop,
    isLocal: false,
    async close() {
      await stop()
      await rm(keys, {recursive: true, force: true})
    },
  }
}

async function declaredGithub(): Promise<Publisher> {
  const forge = await startForge()
  await forge.commit('acme/plugins', inFolder('lua/mod_contract'), ['plugins-v1.2.3', 'v9'])
  const stop = once(() => forge.close())
  const source = {kind: 'github', repository: 'acme/plugins', folder: 'lua', tagPrefix: 'plugins-'}
  return {
    kind: 'github',
    manifest: {mirrors: forge.mirrors, sources: {acme: source}},
    env: {},
    registry: registryOf(),
    module: 'acme/contract',
    version: '1.2.3',
    async corrupt() {
      await forge.corrupt('other()\n')
    },
    gone: unreachable,
    vanish: stop,
    isLocal: false,
    close: stop,
  }
}

async function declaredHg(): Promise<Publisher> {
  const server = await startHg()
  await server.commit(inFolder('mod_contract'), '2026-01-02 03:04 +0000')
  // A changeset can't change under its id, so somebody stands in between who changes it.
  const front = await startServer()
  front.on('*', ({request, response}) => {
    void fetch(server.url + (request.url ?? '')).then(async (answer) => {
      response.writeHead(answer.status, {'content-type': answer.headers.get('content-type') ?? ''})
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  const stop = once(async () => {
    await front.close()
    await server.close()
  })
  return {
    kind: 'hg',
    manifest: {sources: {own: {kind: 'hg', repository: `${front.url}/`}}},
    env: {},
    registry: registryOf(),
    module: 'own/contract',
    version: '2026.1.2',
    corrupt() {
      front.on('*', file('other()\n'))
      return Promise.resolve()
    },
    gone: unreachable,
    vanish: stop,
    isLocal: false,
    close: stop,
  }
}

/** The module's files below a folder. */
function inFolder(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(moduleFiles).map(([path, text]) => [`${folder}/${path}`, text]))
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => (done ??= work())
}

const published = {
  id: 'published',
  title: 'Contract',
  homepage: 'https://example.org/',
  licence: 'MIT',
  layout: 'folders',
} as const

/** A registry that knows one release of one source, or nothing; `files` is read at each look-up. */
function registryOf(
  known?: {readonly source: RegistrySource; readonly revision: string; readonly version: string},
  files: Readonly<Record<string, string>> = moduleFiles,
): Registry {
  return {
    index: {
      sources: known === undefined ? [] : ['published'],
      withDebs: [],
      names: known === undefined ? {} : {contract: ['published']},
    },
    source: (id) => (id === 'published' ? known?.source : undefined),
    archives: {},
    archiveKeys: () => Buffer.alloc(0),
    packages: () => undefined,
    facts: () => ({problem: 'none'}),
    terms: () => ({}),
    readersOf: () => [],
    publishers: (name) => (known !== undefined && name === 'contract' ? ['published'] : []),
    history: () => undefined,
    releases: (source) => ({
      source,
      digests: Object.values(files).map((text) => ({
        sha256: sha256Of(text),
        size: text.length,
        basis: 'upstream',
      })),
      releases:
        known === undefined
          ? []
          : [
              {
                version: known.version,
                revision: known.revision,
                date: '2026-01-02',
                files: Object.fromEntries(
                  Object.keys(files).map((path, index) => [`mod_contract/${path}`, index]),
                ),
              },
            ],
      names: {contract: {}},
    }),
    summary: () => undefined,
    prosodyLine: () => undefined,
    prosodyFiles: {releases: [], files: {}},
    prosodyRuntime: () => undefined,
    prosodyMembers: () => undefined,
    deprecations: [],
    suites: [],
    prosodyLines: [],
    advisories: [],
    moves: [],
    libraries: {packages: {}, copies: {}, rocks: {}, none: {}},
  }
}

async function writeModule(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(moduleFiles)) {
    await mkdir(dirname(join(folder, path)), {recursive: true})
    await writeFile(join(folder, path), text)
  }
}

async function temporary(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'prosody-mods-contract-'))
}
