import {sha256Of} from '../../digest.ts'
import {nothingFound, type FileResult} from '../../lint/finding.ts'
import type {FileToLint} from '../../lint/index.ts'
import type {Standard} from '../../lint/options/standards.ts'
import {withSettings} from '../../lint/rules/settings.ts'
import {threadProgram} from '../../package-files.ts'
import {targetDigest} from '../../workbench/analyses.ts'
import {buildDigest} from '../../workbench/build-digest.ts'
import type {ShippedFacts} from '../../workbench/shipped-facts.ts'
import {LintCache} from './cache.ts'

/** What files are judged by, besides their own options. */
export interface Judging {
  readonly standards: ReadonlyMap<string, Standard>
  readonly storeFolder: string
  readonly shipped: ShippedFacts
  readonly signal: AbortSignal
}

/** A file, and the name of the module whose main file it would be. */
export interface NamedFile extends FileToLint {
  readonly main: string | undefined
}

/** Finds what each file comes to by itself: from the registry or earlier runs where they have seen it. */
export async function resultsOf(
  files: readonly NamedFile[],
  judging: Judging,
): Promise<readonly FileResult[]> {
  const shipped = files.map((file) => shippedResult(file, judging.shipped))
  const left = files.filter((_, index) => shipped[index] === undefined)
  const rest = left.length === 0 ? [] : await resultsOfUnknown(left, judging)
  return merged(shipped, rest)
}

/** Undefined where luacheck's rules are to be applied, too, or the registry does not know the file to be Lua. */
function shippedResult({bytes, layers, rules, main}: NamedFile, known: ShippedFacts): FileResult | undefined {
  if (layers !== undefined) return undefined
  const sha256 = sha256Of(bytes)
  if (rules === undefined) return known.facts(sha256, main) === undefined ? undefined : nothingFound
  // What the registry knows was found by reading the file as part of a module.
  const report = rules.isModule ? known.report(sha256, main, targetDigest(rules.target)) : undefined
  return report === undefined ? undefined : {...nothingFound, rules: withSettings(report, rules.settings)}
}

async function resultsOfUnknown(
  files: readonly FileToLint[],
  {standards, storeFolder, signal}: Judging,
): Promise<readonly FileResult[]> {
  const target = files.find(({rules}) => rules !== undefined)?.rules?.target
  const cache = new LintCache(storeFolder, {standards, target})
  const known = files.map((file) => cache.find(file))
  const missing = files.filter((_, index) => known[index] === undefined)
  if (missing.length === 0) return known.filter((result) => result !== undefined)
  // The linter is much code, which a run that finds everything known does without.
  const {lintInThreads} = await import('../../lint/threads.ts')
  const found = await lintInThreads({files: missing, standards, worker, signal})
  for (const [index, file] of missing.entries()) {
    const result = found[index]
    if (result !== undefined) cache.add(file, result)
  }
  await cache.save()
  return merged(known, found)
}

/** Puts the results that were missing where none were. */
function merged(known: readonly (FileResult | undefined)[], missing: readonly FileResult[]): FileResult[] {
  const rest = missing.values()
  return known.flatMap((result) => result ?? rest.next().value ?? [])
}

/** What the linter's threads run; before a build there is none. */
const worker = buildDigest === undefined ? undefined : threadProgram('lint-worker.js')
