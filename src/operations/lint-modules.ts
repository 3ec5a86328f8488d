import {join} from 'node:path'
import {ProsodyModsError} from '../errors.ts'
import {splitKey, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import {parseSpec} from '../resolve/spec.ts'
import {contextPathOf} from './context-code.ts'
import {entriesFor} from './entries.ts'
import type {Environment} from './environment.ts'
import {slashed} from './lint-config.ts'
import {installedInputs, type LintInput} from './lint-inputs.ts'
import {lockedOrNewest} from './locked-or-newest.ts'
import type {NearProject} from './open-project.ts'
import {blobOf, withWorkbench} from './workbench.ts'

/** Of a module that is installed the context's files; else those of its newest release, brought into the store. */
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
      const {locked} = await lockedOrNewest(entry, {...near, manifest}, bench)
      const tree = text.includes('@') ? undefined : treeWith(key, locked, near.lock)
      if (tree !== undefined) {
        const paths = Object.keys(locked.files).map((path) => join(near.folder, contextPathOf(tree, path)))
        inputs.push(
          ...installedInputs(tree, near, environment).filter(({at}) =>
            paths.some((one) => slashed(one) === at),
          ),
        )
        continue
      }
      for (const [path, digest] of Object.entries(locked.files)) {
        if (!path.endsWith('.lua')) continue
        const bytes = blobOf(bench, digest.slice('sha256:'.length), `${key}: ${path}`)
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

/** The key of a whole tree that is installed, where a module is a part of it. */
function treeWith(key: string, {version}: LockedModule, {modules}: Lockfile): string | undefined {
  const tree = `${splitKey(key)[0]}/*`
  return modules[tree]?.version === version ? tree : undefined
}

function neitherOf(text: string, error: unknown): unknown {
  if (!(error instanceof ProsodyModsError) || error.code !== 'MODULE_UNKNOWN') return error
  return new ProsodyModsError('PATH_NOT_FOUND', `${text}: there is no such file, folder or module`, {
    hint: 'name files of Lua, folders that hold some, or modules as for add',
    details: {path: text},
    cause: error,
  })
}
