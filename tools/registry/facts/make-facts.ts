import type {Sha256} from '../../../src/digest.ts'
import {readReadme, type Readme} from '../../../src/facts/readme.ts'
import type {Target} from '../../../src/lint/rules/target.ts'
import {openRegistry} from '../../../src/registry/registry.ts'
import type {RegistryReleases, RegistrySource} from '../../../src/registry/types.ts'
import {targetDigest} from '../../../src/workbench/analyses.ts'
import {analysisVersion} from '../../../src/workbench/known-file.ts'
import {analyse, factTargets} from './analyse.ts'
import {Found, readInputs} from './inputs.ts'
import {isReadme, knownPathsOf, type KnownPath} from './known-paths.ts'
import {factsBytes, type FactsLine} from './write-facts.ts'

/** What `facts` has made of a source. */
export interface MadeFacts {
  readonly bytes: Buffer
  /** How many files it is of. */
  readonly files: number
  /** Files that lie in none of the inputs. */
  readonly missing: readonly KnownPath[]
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
  const files = knownPathsOf(table)
  const found = new Found(new Set<Sha256>(files.map(({sha256}) => sha256)))
  await readInputs(inputs, {source, table}, found)
  const targets = factTargets(openRegistry(`${folder}/`))
  const lines: FactsLine[] = []
  for (const {sha256, path, modules} of files) {
    const bytes = found.get(sha256)
    if (bytes !== undefined)
      lines.push({sha256, history: path, line: await lineOf(bytes, {path, modules}, targets)})
  }
  return {
    bytes: factsBytes(lines, {analysis: analysisVersion, targets: targets.map(targetDigest)}),
    files: lines.length,
    missing: files.filter(({sha256}) => found.get(sha256) === undefined),
  }
}

/** Makes the line of a file of these bytes, as JSON. */
export async function lineOf(
  bytes: Buffer,
  {path, modules}: Pick<KnownPath, 'path' | 'modules'>,
  targets: readonly Target[],
): Promise<string> {
  return JSON.stringify(
    isReadme(path) ? {'': {readme: await withoutProse(bytes)}} : analyse(bytes, modules, targets),
  )
}

/** What its author says in sentences stays with its author. */
async function withoutProse(bytes: Buffer): Promise<Readme> {
  const readme = await readReadme(bytes.toString('utf8'))
  const {frontMatter} = readme
  return frontMatter === undefined ? readme : {...readme, frontMatter: {...frontMatter, summary: null}}
}
