import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {onTestFinished} from 'vitest'
import type {Sha256} from '../../src/digest.ts'
import type {RegistryReleases} from '../../src/registry/types.ts'
import {runRegistryTool} from '../../tools/registry/run.ts'

const embedded = fileURLToPath(new URL('../../registry', import.meta.url))

/** Path of a file under fixtures/registry. */
export function registryFixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/registry/${name}`, import.meta.url))
}

export interface ScratchRegistry {
  /** The registry's folder. */
  readonly folder: string
  /** An empty folder beside it, for inputs. */
  readonly inputs: string
  /** Runs the registry tool on it; returns what it printed. */
  run(...argv: readonly string[]): Promise<string>
  text(path: string): string
  json(path: string): unknown
  table(source: string): RegistryReleases
}

/** A registry of its own for one test: the sources and whatever else of the embedded one is asked for. */
export function scratchRegistry(...parts: readonly string[]): ScratchRegistry {
  const top = mkdtempSync(join(tmpdir(), 'prosody-mods-registry-'))
  onTestFinished(() => rmSync(top, {recursive: true, force: true}))
  const [folder, inputs] = [join(top, 'registry'), join(top, 'inputs')]
  mkdirSync(inputs)
  for (const part of ['sources', ...parts])
    cpSync(join(embedded, part), join(folder, part), {recursive: true})
  const text = (path: string) => readFileSync(join(folder, path), 'utf8')
  return {
    folder,
    inputs,
    async run(...argv) {
      const printed: string[] = []
      await runRegistryTool([...argv, '--registry', folder], (line) => void printed.push(line))
      return printed.join('\n')
    },
    text,
    json: (path) => JSON.parse(text(path)) as unknown,
    table: (source) => JSON.parse(text(`releases/${source}.json`)) as RegistryReleases,
  }
}

/** Path → sha256 of a release's files, by its version. */
export function digestsOf(table: RegistryReleases, version: string): Record<string, Sha256 | undefined> {
  const release = table.releases.find((candidate) => candidate.version === version)
  if (release === undefined) throw new Error(`no release ${version}`)
  const files = Object.entries(release.files)
  return Object.fromEntries(files.map(([path, index]) => [path, table.digests[index]?.sha256]))
}
