import {cp, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Registry} from '../../src/registry/registry.ts'

const root = join(import.meta.dirname, '../..')

/** The built package in a folder of its own, with the sources of another registry. */
export interface PackageCopy {
  /** The CLI. */
  readonly program: string
  remove(): Promise<void>
}

export async function copyPackage(registry: Registry): Promise<PackageCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-package-'))
  for (const part of ['bin', 'dist', 'registry', 'package.json', 'oclif.manifest.json'])
    await cp(join(root, part), join(folder, part), {recursive: true})
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const write = (path: string, data: unknown): Promise<void> =>
    writeFile(join(folder, 'registry', path), JSON.stringify(data))
  await write('index.json', registry.index)
  for (const id of registry.index.sources) {
    await write(`sources/${id}.json`, registry.source(id))
    await write(`releases/${id}.json`, registry.releases(id))
  }
  return {
    program: join(folder, 'bin/run.js'),
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}
