import {join} from 'node:path'
import {toSha256} from '../../digest.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import {mainOf} from '../../module-name.ts'
import {entriesIn} from '../../module-key.ts'
import {contextPathOf} from '../../project/lockfile.ts'
import {readRegular} from '../../regular-file.ts'
import {Analyses} from '../../workbench/analyses.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'

/**
 * Reads the facts of all locked Lua files by their paths from the project's folder: those that are known, else of the
 * files as they lie in the context. Throws NOT_INSTALLED where a file that is not known is not there.
 */
export async function lockedFacts(
  {folder, lock}: ProjectWithLock,
  environment: Environment,
): Promise<ReadonlyMap<string, FileFacts>> {
  const analyses = new Analyses(environment)
  const {factsOf} = await import('../../facts/facts.ts')
  const facts = new Map<string, FileFacts>()
  for (const [key, {files}] of entriesIn(lock.modules)) {
    for (const [path, digest] of Object.entries(files)) {
      if (!path.endsWith('.lua')) continue
      const at = contextPathOf(key, path)
      const main = mainOf(path)
      const found = analyses.facts(toSha256(digest), main) ?? factsOf(present(folder, at), main).facts
      if (found !== undefined) facts.set(at, found)
    }
  }
  return facts
}

function present(folder: string, path: string): Buffer {
  try {
    return readRegular(join(folder, path), 'module')
  } catch (error) {
    throw new ProsodyModsError(
      'NOT_INSTALLED',
      `${path} is not there, and what it needs is not known without it`,
      {
        hint: 'run "prosody-mods install" first',
        cause: error,
      },
    )
  }
}
