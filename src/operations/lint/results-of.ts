import {join} from 'node:path'
import type {FileResult} from '../../lint/finding.ts'
import type {FileToLint} from '../../lint/index.ts'
import type {Standard} from '../../lint/options/standards.ts'
import {packageFolder} from '../../package-folder.ts'
import {buildDigest} from '../../workbench/build-digest.ts'
import {LintCache} from './cache.ts'

/** What files are judged by, besides their own options. */
export interface Judging {
  readonly standards: ReadonlyMap<string, Standard>
  readonly storeFolder: string
  readonly signal: AbortSignal
}

/** Finds what each file comes to by itself, from earlier runs where they have seen it. */
export async function resultsOf(
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
  const rest = found.values()
  return known.flatMap((result) => result ?? rest.next().value ?? [])
}

/** What the linter's threads run; before a build there is none. */
const worker = buildDigest === undefined ? undefined : join(packageFolder, 'dist/lint-worker.js')
