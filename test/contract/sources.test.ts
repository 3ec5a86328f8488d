import {hash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {ProsodyModsError} from '../../src/errors.ts'
import {createEnvironment, type Environment} from '../../src/workbench/environment.ts'
import {install} from '../../src/operations/install/install.ts'
import type {InstallResult} from '../../src/operations/install/types.ts'
import {withWorkbench} from '../../src/workbench/workbench.ts'
import {sourceDefinition, type Manifest} from '../../src/project/manifest.ts'
import {findReleases, listReleases, locate, sources} from '../../src/sources/index.ts'
import type {AskingContext, ReleaseRef} from '../../src/sources/types.ts'
import type {SourceDefinition} from '../../src/sources/kinds.ts'
import {schemes} from '../../src/versioning/index.ts'
import {newSandbox, readTree, type Sandbox} from '../helpers/cli.ts'
import {mustFail, mustSucceed, writeManifest} from '../helpers/network.ts'
import {copyPackage} from '../helpers/package-copy.ts'
import {moduleFiles, publishers, type Publisher} from './kinds.ts'

const variants = Object.keys(publishers) as (keyof typeof publishers)[]

it('has a publisher of every kind', () => {
  expect(variants).toEqual(expect.arrayContaining(Object.keys(sources)))
})

describe.each(variants)('a source of kind %s', (variant) => {
  let sandbox: Sandbox
  let publisher: Publisher
  let manifest: Manifest

  beforeEach(async () => {
    sandbox = await newSandbox()
    publisher = await publishers[variant]()
    manifest = {...publisher.manifest, modules: {[publisher.module]: publisher.version}}
    await writeFile(join(sandbox.project, 'prosody-mods.json'), JSON.stringify(manifest))
  })

  afterEach(async () => {
    await publisher.close()
    await sandbox.remove()
  })

  function projectOf(): {folder: string; manifest: Manifest; offline: boolean} {
    return {folder: sandbox.project, manifest, offline: false}
  }

  function environment(): Environment {
    const env = {...sandbox.env, ...publisher.env, PROSODY_MODS_TIMEOUT: '5'}
    return {...createEnvironment({cwd: sandbox.project, env}), registry: publisher.registry}
  }

  function installed(offline = false): Promise<InstallResult> {
    return install({frozen: false, offline, force: false, dryRun: false}, environment())
  }

  /** What a failed install says; the project must be as it was. */
  async function refused(offline = false): Promise<{exit: number; code: string; message: string}> {
    const before = await readTree(sandbox.project)
    const error: unknown = await installed(offline).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (!(error instanceof ProsodyModsError)) throw new Error(`expected a failure, got ${String(error)}`)
    expect(await readTree(sandbox.project)).toEqual(before)
    return {exit: error.exitCode, code: error.code, message: error.message}
  }

  /** The context's files of the module. */
  function expectModule(): void {
    const [source = ''] = publisher.module.split('/')
    for (const [path, text] of Object.entries(moduleFiles)) {
      const full = join(sandbox.project, 'prosody-modules', source, 'mod_contract', path)
      expect(readFileSync(full, 'utf8')).toBe(text)
    }
  }

  it('lists releases in its own version scheme and locates each', async () => {
    const [id = ''] = publisher.module.split('/')
    const definition = sourceDefinition(id, manifest, publisher.registry)
    if (definition === undefined) throw new Error(`no source ${id}`)
    expect(definition.kind).toBe(publisher.kind)
    await withWorkbench(environment(), projectOf(), async ({context}) => {
      const releases = await releasesOf(definition, context)
      expect(releases).toHaveLength(1)
      for (const release of releases) {
        expect(schemes[definition.scheme].parse(release.version)?.text).toBe(release.version)
        expect(release.resolved.kind).toBe(publisher.kind)
        const locations = await locate(release.resolved, 'contract', context)
        expect(locations.length).toBeGreaterThan(0)
        expect(locations.map(({type}) => type)).not.toContain('skipped')
      }
    })
  })

  it('names locations that each give the bytes of the release', async () => {
    const [id = ''] = publisher.module.split('/')
    await withWorkbench(environment(), projectOf(), async ({context, session}) => {
      const definition = sourceDefinition(id, manifest, publisher.registry)
      if (definition === undefined) throw new Error(`no source ${id}`)
      for (const {resolved, contents} of await releasesOf(definition, context)) {
        const locations = await locate(resolved, 'contract', context)
        for (const location of locations) {
          const listable = location.type === 'files' ? locations : [location]
          const {files} = contents ?? (await session.contents(id, listable))
          expect(digestsOf(files)).toEqual(moduleDigests)
          const needed = [...files].map(([path, {sha256}]) => ({path, sha256, name: path}))
          await session.ensure(needed, (lacking) =>
            Promise.resolve(
              lacking.map((file) => ({
                ...file,
                knownVariant: false,
                candidates: [{location, path: file.path}],
              })),
            ),
          )
          for (const {path, sha256} of needed)
            expect(session.read(sha256)?.toString()).toBe(moduleFiles[path.replace('mod_contract/', '')])
        }
      }
    })
  })

  it('gives exactly the published bytes, and the same lockfile again', async () => {
    const first = await installed()
    expectModule()
    expect(Object.values(first.fetch.served).reduce((sum, files) => sum + files, 0)).toBe(3)
    const before = await readTree(sandbox.project)
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    await installed()
    expect(await readTree(sandbox.project)).toEqual(before)
  })

  it('other bytes than the locked ones: exit 4, or for a folder that is named by the user a new lock', async () => {
    await installed()
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    await rm(sandbox.store, {recursive: true})
    await publisher.corrupt()
    if (variant === 'path') {
      const frozen = {frozen: true, offline: false, force: false, dryRun: false}
      await expect(install(frozen, environment())).rejects.toMatchObject({code: 'LOCKFILE_OUTDATED'})
      return
    }
    if (variant === 'hg') await rm(join(sandbox.project, 'prosody-mods.lock.json'))
    const {exit, code, message} = await refused()
    expect({exit, code}).toEqual({exit: 4, code: 'DIGEST_MISMATCH'})
    expect(message).toMatch(/expected sha256:[0-9a-f]{64}\n.*got {6}sha256:[0-9a-f]{64}\n.*from {5}\S/s)
  })

  it('gone: the cause at each location', async () => {
    await publisher.vanish()
    const {exit, code, message} = await refused()
    expect({exit, code}).toEqual(publisher.gone)
    if (code === 'UNREACHABLE') expect(message).toMatch(/127\.0\.0\.1:\d+\)?: connection refused/)
  })

  it('offline: only what the store or this machine has', async () => {
    if (!publisher.isLocal) {
      expect(await refused(true)).toMatchObject({exit: 5, code: 'OFFLINE_MISSING'})
    }
    await installed()
    await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
    if (!publisher.isLocal) await publisher.vanish()
    await installed(true)
    expectModule()
  })

  it('serves the built CLI, which refuses what is wrong and names what is gone', async () => {
    const copy = await copyPackage(publisher.registry)
    const project = await newSandbox(copy.program)
    const {env, gone, isLocal} = publisher
    try {
      await writeManifest(project, manifest)
      await mustSucceed(project, ['install'], env)
      expect(await written(project)).toEqual(moduleFiles)

      await rm(join(project.project, 'prosody-modules'), {recursive: true})
      await mustSucceed(project, ['install', '--offline'], env)
      expect(await written(project)).toEqual(moduleFiles)

      await emptied(project)
      const offline = ['install', '--frozen', '--offline']
      if (isLocal) await mustSucceed(project, offline, env)
      else await mustFail(project, offline, {exit: 5, code: 'OFFLINE_MISSING', env})

      await emptied(project)
      await publisher.corrupt()
      const refused = isLocal ? {exit: 7, code: 'LOCKFILE_OUTDATED'} : {exit: 4, code: 'DIGEST_MISMATCH'}
      // A changeset's bytes can't become others, see kinds.ts.
      if (variant !== 'hg') await mustFail(project, ['install', '--frozen'], {...refused, env, mayKeep: true})

      await emptied(project)
      await publisher.vanish()
      const error = await mustFail(project, ['install', '--frozen'], {...gone, env})
      if (!isLocal)
        expect(error.message).toMatch(/127\.0\.0\.1:\d+\)?: connection refused by 127\.0\.0\.1:\d+/)
    } finally {
      await project.remove()
      await copy.remove()
    }
  })

  /** What the context has of the module, and whatever else is there. */
  async function written({project}: Sandbox): Promise<Record<string, string>> {
    const [source = ''] = publisher.module.split('/')
    const tree = await readTree(join(project, 'prosody-modules'))
    return Object.fromEntries(
      Object.entries(tree).map(([path, text]) => [path.replace(`${source}/mod_contract/`, ''), text]),
    )
  }
})

/** What is known, and what the publisher says. */
async function releasesOf(
  definition: SourceDefinition,
  context: AskingContext,
): Promise<readonly ReleaseRef[]> {
  const known = await listReleases(definition, context, 'contract')
  if (known.length > 0) return known
  return findReleases(definition, {module: 'contract', versionText: undefined, all: true}, context)
}

const moduleDigests = Object.fromEntries(
  Object.entries(moduleFiles).map(([path, text]) => [`mod_contract/${path}`, hash('sha256', text, 'hex')]),
)

function digestsOf(files: ReadonlyMap<string, {readonly sha256: string}>): Record<string, string> {
  return Object.fromEntries([...files].map(([path, {sha256}]) => [path, sha256]))
}

/** Takes context and store away; manifest and lockfile stay. */
async function emptied({project, store}: Sandbox): Promise<void> {
  await rm(join(project, 'prosody-modules'), {recursive: true, force: true})
  await rm(store, {recursive: true, force: true})
}
