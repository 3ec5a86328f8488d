import {toSha256} from '../../digest.ts'
import {ProsodyModsError} from '../../errors.ts'
import {parseSpec} from '../../resolve/spec.ts'
import {entriesFor} from '../../locking/entries.ts'
import type {Environment} from '../../workbench/environment.ts'
import {type LintInput} from './installed.ts'
import {installedInputs} from './installed.ts'
import {lockedOrNewest} from '../../locking/locked-or-newest.ts'
import type {NearProject} from '../../workbench/open-project.ts'
import {emptyLock} from '../../project/lockfile.ts'
import {fetchAndRead} from '../../workbench/fetch-and-read.ts'
import {neededFiles} from '../../workbench/needed-files.ts'
import {treePart, type TreePart} from '../../locking/tree-part.ts'
import {blobOf, withWorkbench} from '../../workbench/workbench.ts'

/**
 * Reads the files of a module: the context's where it is installed; else those of its newest release, brought into the
 * store.
 */
export async function moduleInputs(
  text: string,
  {near, offline}: {readonly near: NearProject; readonly offline: boolean},
  environment: Environment,
): Promise<LintInput[]> {
  const parsed = [parseSpec(text)]
  return withWorkbench(environment, {...near, offline}, async (bench) => {
    const {entries, manifest} = await entriesFor(near, {parsed}, bench).catch((error: unknown) => {
      throw neitherOf(text, error)
    })
    const inputs: LintInput[] = []
    for (const entry of entries) {
      const {key, versionText} = entry
      if (versionText === undefined && near.lock.modules[key] !== undefined) {
        inputs.push(...installedInputs(key, near, environment))
        continue
      }
      const part = text.includes('@') ? undefined : treePart(key, near.lock)
      if (part !== undefined) {
        inputs.push(...installedInputs(part.key, onlyOf(part, near), environment))
        continue
      }
      const {locked} = await lockedOrNewest(entry, {...near, manifest}, bench)
      await fetchAndRead(neededFiles({...emptyLock, modules: {[key]: locked}}), bench)
      for (const [path, digest] of Object.entries(locked.files)) {
        if (!path.endsWith('.lua')) continue
        const bytes = blobOf(bench, toSha256(digest), `${key}: ${path}`)
        const shown = `${key}@${locked.version}/${path}`
        inputs.push({
          path: shown,
          bytes,
          problem: undefined,
          at: undefined,
          isInstalled: true,
          isModule: true,
        })
      }
    }
    return inputs
  })
}

/** A project as if it had nothing of a tree but one part. */
function onlyOf({key, paths}: TreePart, {folder, lock}: NearProject): Pick<NearProject, 'folder' | 'lock'> {
  const whole = lock.modules[key]
  if (whole === undefined) throw new Error(`${key} is not locked`)
  const files = Object.fromEntries(Object.entries(whole.files).filter(([path]) => paths.includes(path)))
  return {folder, lock: {...lock, modules: {[key]: {...whole, files}}}}
}

function neitherOf(text: string, error: unknown): unknown {
  if (!(error instanceof ProsodyModsError) || error.code !== 'MODULE_UNKNOWN') return error
  return new ProsodyModsError('PATH_NOT_FOUND', `${text}: there is no such file, folder or module`, {
    hint: 'name files of Lua, folders that hold some, or modules as for add',
    details: {path: text},
    cause: error,
  })
}
