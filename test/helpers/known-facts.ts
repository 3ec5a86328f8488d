import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {sha256Of} from '../../src/digest.ts'
import {mainOf} from '../../src/module-name.ts'
import {openRegistry} from '../../src/registry/registry.ts'
import {targetDigest} from '../../src/workbench/analyses.ts'
import {analysisVersion} from '../../src/workbench/known-file.ts'
import {factTargets} from '../../tools/registry/facts/analyse.ts'
import {lineOf} from '../../tools/registry/facts/make-facts.ts'
import {factsBytes, type FactsLine} from '../../tools/registry/facts/write-facts.ts'

/**
 * Has the registry of a package know the facts of a source's Lua files.
 * @param folder of the package
 * @param files text of a file → its path
 */
export async function writeFacts(
  folder: string,
  source: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const targets = factTargets(openRegistry(join(folder, 'registry/')))
  const lines: FactsLine[] = []
  for (const [text, path] of files) {
    if (!path.endsWith('.lua')) continue
    const modules = new Set([mainOf(path)])
    const bytes = Buffer.from(text)
    lines.push({sha256: sha256Of(bytes), history: path, line: await lineOf(bytes, {path, modules}, targets)})
  }
  const bytes = factsBytes(lines, {analysis: analysisVersion, targets: targets.map(targetDigest)})
  await writeFile(join(folder, `registry/facts/${source}.facts`), bytes)
}
