import {readFileSync} from 'node:fs'
import {isDeepStrictEqual} from 'node:util'
import {factsKeyBytes, openFacts, type FactsFile} from '../../../src/registry/facts-file.ts'
import {factsPath, openRegistry, type Registry} from '../../../src/registry/registry.ts'
import {targetDigest} from '../../../src/workbench/analyses.ts'
import {analysisVersion} from '../../../src/workbench/known-file.ts'
import {schemaErrors} from '../schemas.ts'
import {factTargets} from './analyse.ts'
import {knownPathsOf, type KnownPath} from './known-paths.ts'

/** Says what is wrong with the facts of a source, one line a fault. */
export function checkFacts(folder: string, source: string): string[] {
  const {facts, problem} = openFacts(() => readFileSync(`${folder}/${factsPath(source)}`))
  const registry = openRegistry(`${folder}/`)
  const files = knownPathsOf(source, registry)
  if (problem !== undefined)
    return files.length === 0 && problem === missing ? [] : [`${problem}; make it with "facts"`]
  return [...checkHeader(facts, registry), ...checkLines(facts, files)]
}

const missing = 'the file is missing'

function checkHeader({header}: FactsFile, registry: Registry): string[] {
  const targets = factTargets(registry).map(targetDigest)
  return [
    ...(header.analysis === analysisVersion
      ? []
      : [`made by version ${header.analysis} of the analysis, not ${analysisVersion}: make it anew`]),
    ...(isDeepStrictEqual(header.targets, targets)
      ? []
      : ['made for other lines of Prosody than the registry describes now: make it anew']),
  ]
}

function checkLines(facts: FactsFile, files: readonly KnownPath[]): string[] {
  const expected = new Map(files.map((file) => [file.sha256.slice(0, factsKeyBytes * 2), file]))
  const faults = [...facts.entries()].flatMap(([key, line]) => {
    const file = expected.get(key)
    expected.delete(key)
    return file === undefined ? [`${key}: no release has this file`] : checkLine(line, file)
  })
  return [...faults, ...[...expected.values()].map(({path}) => `${path}: nothing is known of this file`)]
}

function checkLine(line: string | undefined, {path, modules}: KnownPath): string[] {
  if (line === undefined) return [`${path}: the block is damaged`]
  const value = JSON.parse(line) as object
  const errors = schemaErrors('facts', value)
  if (errors.length > 0) return errors.map((error) => `${path}: ${error}`)
  const names = [...modules].map((module) => module ?? '').sort()
  return isDeepStrictEqual(Object.keys(value).sort(), names)
    ? []
    : [`${path}: read for ${Object.keys(value).join(', ')}, not for ${names.join(', ')}`]
}
