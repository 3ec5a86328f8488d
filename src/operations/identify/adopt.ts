import {join} from 'node:path'
import {sha256Of} from '../../digest.ts'
import {readRegular} from '../../regular-file.ts'
import {readFailed} from '../../durable.ts'
import {Store} from '../../store/store.ts'
import {emptyLock} from '../../project/lockfile.ts'
import {planAdoption, type AdoptedEntry, type KeptEntry} from '../../resolve/identify/adoption.ts'
import type {Identified} from '../../resolve/identify/files.ts'
import {add} from '../add/add.ts'
import type {Environment} from '../../workbench/environment.ts'
import {openProject} from '../../workbench/open-project.ts'
import {nothingLinted} from '../../context/lint-summary.ts'
import {nothingOmitted, type ChangedModule, type WriteResult} from '../../context/write-result.ts'
import {nothingNeeded} from '../../resolve/closure.ts'
import {countModules} from '../../resolve/module-counts.ts'
import {toldWarnings} from '../../warning.ts'
import {nothingFetched} from '../../fetch/report.ts'
import {withUnixLineEnds, type Survey} from './survey.ts'

/** What of a folder went into the project, and what did not. */
export interface Adoption extends WriteResult {
  readonly added: readonly ChangedModule[]
  /** Modules that were found, and not taken since something stands in their way. */
  readonly kept: readonly KeptEntry[]
  /** What is worth knowing about what was taken. */
  readonly notes: readonly string[]
}

/** How what is found is added. */
export interface Adopting {
  readonly offline: boolean
  readonly dryRun: boolean
  /** Whether to make a project for it. */
  readonly init?: boolean
}

/**
 * Adds what is a release's, as `add` does. The folder's files serve as a location: what has the right bytes there is
 * not fetched. Throws what adding throws.
 */
export async function adopt(
  {found, identified}: {readonly found: Survey; readonly identified: Identified},
  {offline, dryRun, init = false}: Adopting,
  environment: Environment,
): Promise<Adoption> {
  const {manifest, lock = emptyLock} = init ? {manifest: {}} : await openProject(environment)
  const {entries, kept} = planAdoption(identified, {manifest, lock})
  if (entries.length === 0) {
    const nothing = {
      changes: [],
      unchanged: 0,
      ...toldWarnings([]),
      total: countModules(lock),
      fetch: nothingFetched,
      lint: nothingLinted,
      ...nothingOmitted,
      heldBack: [],
      needs: nothingNeeded,
    }
    return {dryRun, ...nothing, added: [], kept, notes: []}
  }
  await fillStore(entries, found, environment)
  const request = {offline, dryRun, init, force: false, latest: false, allowShadow: true}
  const specs = entries.map(({key, version}) => `${key}@${version}`)
  return {...(await add({...request, specs}, environment)), kept}
}

/** The store names bytes by their digest: a file that has changed since it was looked at does no harm there. */
async function fillStore(
  entries: readonly AdoptedEntry[],
  {folder}: Survey,
  {storeFolder}: Environment,
): Promise<void> {
  const store = new Store(storeFolder)
  for (const [path, sha256] of entries.flatMap(({files}) => [...files])) {
    if (store.has(sha256)) continue
    const bytes = read(join(folder, path))
    const isIt = sha256Of(bytes) === sha256
    await store.put(isIt ? bytes : (withUnixLineEnds(bytes) ?? bytes))
  }
}

function read(path: string): Buffer {
  try {
    return readRegular(path, 'module')
  } catch (error) {
    throw readFailed(path, error)
  }
}
