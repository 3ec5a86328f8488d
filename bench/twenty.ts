import {cp, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {Lockfile} from '../src/project/lockfile.ts'
import {openCorpus, twentyModules} from './corpus.ts'
import type {BenchServer} from './server.ts'
import {
  blobPath,
  debianOnly,
  installFromDebian,
  publisherOnly,
  writeProject,
  type Workspace,
} from './workspace.ts'

/** Twenty modules that lie on the bench's server, ready to be installed from a lockfile. */
export interface Twenty {
  /** The folder that has a folder for each module. */
  readonly modules: string
  /** sha256 in hex of every file. */
  readonly digests: ReadonlySet<string>
  /** The publisher's host and the Debian package are each served alone. */
  readonly files: Origin
  readonly deb: Origin
  /** Makes a folder into a project that has a lockfile and nothing installed, and empties the store. */
  emptyProject(at: {readonly project: string; readonly store: string}, origin: Origin): Promise<void>
}

export interface Origin {
  readonly mirrors: Readonly<Record<string, string>>
  /** How the program calls this location. */
  readonly label: RegExp
}

export async function serveTwenty(workspace: Workspace, server: BenchServer): Promise<Twenty> {
  const {version, revision, deb, digestsOf} = openCorpus()
  const model = join(workspace.folder, 'twenty')
  const modules = join(model, 'prosody-modules/community')
  const lockfile = join(model, 'prosody-mods.lock.json')
  await installFromDebian(workspace, model, {version, modules: twentyModules})
  await server.serve(`/debian/${deb.path}`, blobPath(workspace, deb.sha256))
  const lock = JSON.parse(await readFile(lockfile, 'utf8')) as Lockfile
  for (const {files, from} of Object.values(lock.modules)) {
    for (const path of Object.keys(files)) {
      const url = `/hg/prosody-modules/raw-file/${revision}/${from?.[path] ?? path}`
      await server.serve(url, join(modules, path))
    }
  }
  return {
    modules,
    digests: digestsOf(twentyModules),
    files: {mirrors: publisherOnly(`${server.url}/hg`), label: /^hg\.prosody\.im\b/},
    deb: {mirrors: debianOnly(`${server.url}/debian`), label: /^Debian package /},
    async emptyProject({project, store}, {mirrors}) {
      for (const folder of [project, store]) await rm(folder, {recursive: true, force: true})
      await writeProject(project, {version, modules: twentyModules, mirrors})
      await cp(lockfile, join(project, 'prosody-mods.lock.json'))
    },
  }
}
