import type {Sha256} from '../digest.ts'
import {mainOf} from '../module-name.ts'
import type {factsOf} from '../facts/facts.ts'
import {moduleFacts, placementIn, type AnalysedFile, type ModuleFacts} from '../facts/module-facts.ts'
import type {Placement} from '../facts/placement.ts'
import {Store} from '../store/store.ts'
import {Analyses} from './analyses.ts'
import type {Environment} from './environment.ts'

/** Files by their path, each with its digest. */
type Files = Readonly<Record<string, {readonly sha256: Sha256}>>

/** What is known of the code of a module without fetching it. */
export interface StoredCode {
  /** Where to enable it; null where that can't be told. */
  readonly placement: Placement | null
  /** What its code says; null where not all of its files are known. */
  readonly analysis: ModuleFacts | null
}

/** Tells what the code of a module's files says, where they are known or lie in the store. */
export async function codeOf(name: string, files: Files, environment: Environment): Promise<StoredCode> {
  const {found, complete} = await storedFacts(files, environment)
  return {placement: placementIn(name, found), analysis: complete ? moduleFacts(found) : null}
}

/** Reads the facts of Lua files that are known or lie in the store; complete where those are all of them. */
export async function storedFacts(
  files: Files,
  environment: Environment,
): Promise<{readonly found: readonly AnalysedFile[]; readonly complete: boolean}> {
  const store = new Store(environment.storeFolder)
  const analyses = new Analyses(environment)
  const found: AnalysedFile[] = []
  const lua = Object.entries(files).filter(([path]) => path.endsWith('.lua'))
  for (const [path, {sha256}] of lua) {
    const known = analyses.facts(sha256, mainOf(path))
    const problem = analyses.problem(sha256, mainOf(path))
    const bytes = known === undefined && problem === undefined ? store.read(sha256) : undefined
    if (known !== undefined) found.push({path, facts: known})
    else if (problem !== undefined) found.push({path, problem})
    else if (bytes !== undefined) found.push({path, ...(await analysed(bytes, {path, sha256, analyses}))})
  }
  await analyses.keep()
  return {found, complete: Object.keys(files).length > 0 && found.length === lua.length}
}

async function analysed(
  bytes: Buffer,
  {path, sha256, analyses}: {readonly path: string; readonly sha256: Sha256; readonly analyses: Analyses},
): Promise<ReturnType<typeof factsOf>> {
  // Loaded only here: what is kept is told faster than the parser starts.
  const {factsOf} = await import('../facts/facts.ts')
  const read = factsOf(bytes, mainOf(path))
  if (read.facts !== undefined) analyses.addFacts(sha256, mainOf(path), read.facts)
  return read
}
