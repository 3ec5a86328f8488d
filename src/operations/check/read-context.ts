import {mainOf} from '../../module-name.ts'
import type {Sha256} from '../../digest.ts'
import {join} from 'path/posix'
import type {FileFacts} from '../../facts/fact-types.ts'
import {pause, withoutPauseFor} from '../../pauses.ts'
import {contextPathOf} from '../../project/lockfile.ts'
import {readRegular} from '../../regular-file.ts'
import {gatherNeeds} from '../../resolve/gather-needs.ts'
import type {NamedNeeds} from '../../resolve/needs.ts'
import {Analyses} from '../../workbench/analyses.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {entriesIn, type ModuleKey} from '../../module-key.ts'

/** The files of a context that are there, and what their code names. */
export interface ContextCode {
  /** The bytes of each file by its path from the project's folder. */
  readonly bytes: ReadonlyMap<string, Buffer>
  readonly facts: ReadonlyMap<string, FileFacts>
  /** What the code names, by key. */
  readonly named: ReadonlyMap<ModuleKey, NamedNeeds>
}

/** Reads all locked files as they lie in the context; those that are missing, or no Lua, are left out. */
export async function readContext(
  {folder, lock}: ProjectWithLock,
  environment: Environment,
): Promise<ContextCode> {
  const analyses = new Analyses(environment)
  const {factsOf} = await import('../../facts/facts.ts')
  const bytes = new Map<string, Buffer>()
  const facts = new Map<string, FileFacts>()
  const named = new Map<ModuleKey, NamedNeeds>()
  for (const [key, locked] of entriesIn(lock.modules)) {
    await pause(environment.signal)
    for (const path of Object.keys(locked.files)) {
      const at = contextPathOf(key, path)
      const found = readQuietly(join(folder, at))
      if (found !== undefined) bytes.set(at, found)
    }
    const read = (path: string, sha256: Sha256): FileFacts | undefined => {
      const at = contextPathOf(key, path)
      const found = bytes.get(at)
      if (found === undefined) return undefined
      // Where the file was changed, the digests tell of it.
      const known = analyses.facts(sha256, mainOf(path))
      const fresh = known ?? withoutPauseFor(found, () => factsOf(found, mainOf(path)).facts)
      if (fresh !== undefined) facts.set(at, fresh)
      return fresh
    }
    named.set(key, gatherNeeds(key, locked, read))
  }
  return {bytes, facts, named}
}
function readQuietly(path: string): Buffer | undefined {
  try {
    return readRegular(path, 'module')
  } catch {
    // That a file is not there is said by comparing digests.
    return undefined
  }
}
