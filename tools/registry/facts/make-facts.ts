import type {Sha256} from '../../../src/digest.ts'
import {openRegistry} from '../../../src/registry/registry.ts'
import type {RegistryReleases, RegistrySource} from '../../../src/registry/types.ts'
import {targetDigest} from '../../../src/workbench/analyses.ts'
import {analysisVersion} from '../../../src/workbench/known-file.ts'
import {analyse, factTargets} from './analyse.ts'
import {Found, readInputs} from './inputs.ts'
import {luaFilesOf, type LuaFile} from './lua-files.ts'
import {factsBytes} from './write-facts.ts'

/** What `facts` has made of a source. */
export interface MadeFacts {
  readonly bytes: Buffer
  readonly files: number
  /** Files that lie in none of the inputs. */
  readonly missing: readonly LuaFile[]
}

/**
 * Makes the facts of the Lua files of a source's releases.
 * @param folder of the registry
 * @param inputs Git and Mercurial repositories, Debian packages
 */
export async function makeFacts(
  folder: string,
  {source, table}: {readonly source: RegistrySource; readonly table: RegistryReleases},
  inputs: readonly string[],
): Promise<MadeFacts> {
  const files = luaFilesOf(table)
  const found = new Found(new Set<Sha256>(files.map(({sha256}) => sha256)))
  await readInputs(inputs, {source, table}, found)
  const targets = factTargets(openRegistry(`${folder}/`))
  const lines = files.flatMap(({sha256, path, modules}) => {
    const bytes = found.get(sha256)
    if (bytes === undefined) return []
    return [{sha256, history: path, line: JSON.stringify(analyse(bytes, modules, targets))}]
  })
  return {
    bytes: factsBytes(lines, {analysis: analysisVersion, targets: targets.map(targetDigest)}),
    files: lines.length,
    missing: files.filter(({sha256}) => found.get(sha256) === undefined),
  }
}
