import {chmod, cp, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Registry} from '../../src/registry/registry.ts'

const root = join(import.meta.dirname, '../..')

/** The built package in a folder of its own, with the sources and moves of another registry. */
export interface PackageCopy {
  readonly folder: string
  /** The CLI. */
  readonly program: string
  remove(): Promise<void>
}

export async function copyPackage(registry: Registry): Promise<PackageCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-package-'))
  await copyParts(folder)
  const write = (path: string, data: unknown): Promise<void> =>
    writeFile(join(folder, 'registry', path), JSON.stringify(data))
  await write('index.json', registry.index)
  await write('moves.json', {moves: registry.moves})
  for (const id of registry.index.sources) {
    await write(`sources/${id}.json`, registry.source(id))
    await write(`releases/${id}.json`, registry.releases(id))
  }
  return {
    folder,
    program: join(folder, 'bin/run.js'),
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}

/** The built package with all that it needs, for users who may not enter the folder that the clone lies in. */
export async function copyForEverybody(): Promise<PackageCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-package-'))
  await chmod(folder, 0o755)
  await copyParts(folder)
  return {
    folder,
    program: join(folder, 'bin/run.js'),
    remove: () => rm(folder, {recursive: true, force: true}),
  }
}

async function copyParts(folder: string): Promise<void> {
  for (const part of ['bin', 'dist', 'docs', 'registry', 'package.json', 'oclif.manifest.json'])
    await cp(join(root, part), join(folder, part), {recursive: true})
}
