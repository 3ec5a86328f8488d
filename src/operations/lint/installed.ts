import {existsSync} from 'fs'
import {join, relative} from 'path/posix'
import {contextPathOf, type LockedModule, type Lockfile} from '../../project/lockfile.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {NearProject} from '../../workbench/open-project.ts'
import {slashed} from './config.ts'
import {lintFilesAt, type LintFile} from './files.ts'
import {keysIn, type ModuleKey} from '../../module-key.ts'

/** Reads the Lua files of an installed module, as they lie in the context. */
export function installedInputs(
  key: ModuleKey,
  {folder, lock}: Pick<NearProject, 'folder' | 'lock'>,
  {cwd}: Environment,
): LintInput[] {
  return luaFilesOf(key, lock.modules[key]).flatMap((path) => {
    const at = join(folder, path)
    // As a user in the working folder would write it.
    const shown = slashed(relative(cwd, at))
    const file = existsSync(at)
      ? lintFilesAt(shown, cwd, () => true)
      : [{path: shown, bytes: Buffer.alloc(0), problem: "couldn't read: No such file or directory"}]
    return file.map((one) => ({...one, at: slashed(at), isInstalled: true, isModule: true}))
  })
}
function luaFilesOf(key: ModuleKey, locked: LockedModule | undefined): string[] {
  const paths = Object.keys(locked?.files ?? {}).filter((path) => path.endsWith('.lua'))
  return paths.map((path) => contextPathOf(key, path))
}

/** Lists all modules of a project but those that are looked at. */
export function otherModules(lock: Lockfile, inputs: readonly LintInput[]): ModuleKey[] {
  const seen = inputs.map(({at}) => at ?? '')
  return keysIn(lock.modules).filter((key) =>
    luaFilesOf(key, lock.modules[key]).some((path) => !seen.some((at) => at.endsWith(`/${path}`))),
  )
}
/** A file that lint looks at, and whose it is. */
export interface LintInput extends LintFile {
  /** The path, absolute and with slashes; undefined for a file that lies in the store alone. */
  readonly at: string | undefined
  /** Whether the file is of a module that is installed, or that the store has: not of the user's own. */
  readonly isInstalled: boolean
  readonly isModule: boolean
}
