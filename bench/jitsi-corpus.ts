import {createHash} from 'node:crypto'
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {sha256Of} from '../src/digest.ts'
import {copyPackage} from '../test/helpers/package-copy.ts'
import {mustRun} from '../test/helpers/program.ts'
import {embeddedRegistry, type Registry} from '../src/registry/registry.ts'
import type {RegistryRelease} from '../src/registry/types.ts'
import {luaText} from './lua-text.ts'
import {program, type Workspace} from './workspace.ts'

const repository = 'jitsi-meet'
export const pluginFolder = 'resources/prosody-plugins'

/** A release of Jitsi with all that its repository has. */
export interface JitsiTree {
  readonly version: string
  readonly revision: string
  /** Path below the plugin folder → bytes: what is installed of it. */
  readonly files: ReadonlyMap<string, Buffer>
  /** The repository as GitHub packs it. */
  readonly tarball: string
  readonly tarballBytes: number
}

export interface JitsiCorpus {
  /** What it is made of, in words. */
  readonly origin: string
  /** The built program, whose registry knows these releases. */
  readonly program: readonly string[]
  readonly older: JitsiTree
  readonly newer: JitsiTree
  remove(): Promise<void>
}

const [olderVersion, newerVersion] = ['9955', '10008']
/** What GitHub's tarball has besides, mostly pictures: its size was over 50 MB. */
const paddingBytes = 50_000_000

/**
 * Two releases that follow one another: of a git directory that has them, or else made up in the shape and size that
 * the registry knows.
 */
export function openJitsi(workspace: Workspace, gitFolder: string | undefined): Promise<JitsiCorpus> {
  return gitFolder === undefined ? madeUp(workspace) : fromGit(workspace, gitFolder)
}

async function fromGit({folder}: Workspace, gitFolder: string): Promise<JitsiCorpus> {
  const open = async (version: string): Promise<JitsiTree> => {
    const {revision} = releaseOf(version)
    const tarball = join(folder, `${revision}.tar.gz`)
    // Copies may lack large pictures; without any they can be packed.
    const pictures = ['png', 'jpg', 'jpeg', 'gif', 'ico', 'mp3', 'wav'].map((end) => `:(exclude)*.${end}`)
    const prefix = `--prefix=${repository}-${revision}/`
    await mustRun(
      [
        'git',
        '--git-dir',
        gitFolder,
        'archive',
        '--format=tar.gz',
        prefix,
        '-o',
        tarball,
        // Packed as a tree it names no commit, so it can stand for that of a release that nobody knows.
        `${revision}^{tree}`,
        '--',
        '.',
        ...pictures,
      ],
      {timeout: 300_000},
    )
    const out = join(folder, `tree-${version}`)
    await mkdir(out)
    await mustRun(['tar', '-xzf', tarball, '-C', out, `${repository}-${revision}/${pluginFolder}`])
    return treeOf(version, tarball, join(out, `${repository}-${revision}`, pluginFolder))
  }
  return {
    origin: 'real trees, the tarball without pictures and sounds',
    program,
    older: await open(olderVersion),
    newer: await open(newerVersion),
    remove: () => Promise.resolve(),
  }
}

async function madeUp({folder}: Workspace): Promise<JitsiCorpus> {
  const registry = embeddedRegistry()
  const table = registry.releases('jitsi')
  const used = new Set(
    [olderVersion, newerVersion].flatMap((version) => Object.values(releaseOf(version).files)),
  )
  const texts = table.digests.map(({size}, index) => (used.has(index) ? luaText(size, index + 1) : undefined))
  const open = async (version: string): Promise<JitsiTree> => {
    const {revision, files} = releaseOf(version)
    const root = join(folder, `${repository}-${revision}`)
    for (const [path, index] of Object.entries(files)) {
      const full = join(root, pluginFolder, path)
      await mkdir(dirname(full), {recursive: true})
      await writeFile(full, texts[index] ?? '')
    }
    await writeFile(join(root, 'padding.bin'), noise(paddingBytes))
    const tarball = join(folder, `${revision}.tar.gz`)
    await mustRun(['tar', '-czf', tarball, '-C', folder, `${repository}-${revision}`], {timeout: 300_000})
    return treeOf(version, tarball, join(root, pluginFolder))
  }
  const digests = table.digests.map((digest, index) => {
    const text = texts[index]
    return text === undefined ? digest : {...digest, sha256: sha256Of(text)}
  })
  const copy = await copyPackage(withReleases(registry, {...table, digests}))
  return {
    origin: `made-up Lua in the paths and sizes of the real files, the tarball padded with ${paddingBytes} bytes of noise`,
    program: [process.execPath, copy.program],
    older: await open(olderVersion),
    newer: await open(newerVersion),
    remove: () => copy.remove(),
  }
}

function withReleases(registry: Registry, jitsi: ReturnType<Registry['releases']>): Registry {
  return {
    index: registry.index,
    source: (id) => registry.source(id),
    publishers: (name) => registry.publishers(name),
    suites: registry.suites,
    summary: (source, name) => registry.summary(source, name),
    releases: (id) => (id === 'jitsi' ? jitsi : registry.releases(id)),
    archives: registry.archives,
    archiveKeys: (name) => registry.archiveKeys(name),
    packages: () => undefined,
    facts: (id) => registry.facts(id),
    terms: (id, name) => registry.terms(id, name),
    readersOf: () => [],
    history: (id, module) => registry.history(id, module),
    prosodyLine: (line) => registry.prosodyLine(line),
    prosodyFiles: registry.prosodyFiles,
    prosodyRuntime: (line) => registry.prosodyRuntime(line),
    prosodyMembers: (line) => registry.prosodyMembers(line),
    deprecations: registry.deprecations,
    prosodyLines: registry.prosodyLines,
    advisories: registry.advisories,
    moves: registry.moves,
    libraries: registry.libraries,
  }
}

function releaseOf(version: string): RegistryRelease {
  const release = embeddedRegistry()
    .releases('jitsi')
    .releases.find((one) => one.version === version)
  if (release === undefined) throw new Error(`the registry has no jitsi ${version}`)
  return release
}

async function treeOf(version: string, tarball: string, plugins: string): Promise<JitsiTree> {
  const {revision, files} = releaseOf(version)
  // Documentation and patches are no part of an installed tree.
  const paths = Object.keys(files).filter((path) => !/\.(?:md|markdown|patch)$/i.test(path))
  const read = paths.map(async (path) => [path, await readFile(join(plugins, path))] as const)
  return {
    version,
    revision,
    files: new Map(await Promise.all(read)),
    tarball,
    tarballBytes: (await stat(tarball)).size,
  }
}

/** Bytes that nothing packs, the same in every run. */
function noise(bytes: number): Buffer {
  const pieces: Buffer[] = []
  for (let index = 0; index * 64 < bytes; index += 1) {
    pieces.push(createHash('sha512').update(String(index)).digest())
  }
  return Buffer.concat(pieces).subarray(0, bytes)
}
