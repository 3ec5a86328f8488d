import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {isOfModule, isTestFile} from '../../prosody/module-files.ts'
import type {Environment} from '../../workbench/environment.ts'
import {slashed} from './config.ts'
import {lintFilesAt, type LintFile} from './files.ts'
import type {NearProject} from '../../workbench/open-project.ts'
import {installedInputs, type LintInput} from './installed.ts'
import {keysIn} from '../../module-key.ts'

/** What `lint` is to look at. */
export interface LintOperands {
  /** Paths, and modules as for `add`; none for all modules of the project. */
  readonly paths: readonly string[]
  readonly offline: boolean
}

/**
 * Reads the files that operands mean, in their order. Throws PATH_NOT_FOUND for what is neither a path nor a module,
 * USAGE for none outside of a project, and what `add` throws before it writes.
 */
export async function lintInputs(
  {paths, offline}: LintOperands,
  {near, includes}: {readonly near: NearProject; readonly includes: (path: string) => boolean},
  environment: Environment,
): Promise<LintInput[]> {
  if (paths.length === 0) return contextInputs(near, environment)
  const inputs: LintInput[] = []
  for (const path of paths) {
    if (existsSync(resolve(environment.cwd, path)) || !isModuleSpec(path))
      inputs.push(...lintFilesAt(path, environment.cwd, includes).map((file) => inputOf(file, environment)))
    else {
      // Brings resolving and fetching with it.
      const {moduleInputs} = await import('./modules.ts')
      inputs.push(...(await moduleInputs(path, {near, offline}, environment)))
    }
  }
  return withoutRepeats(inputs)
}

/** Modules of one tree share libraries; a file of the user's own is looked at as often as it is named. */
function withoutRepeats(inputs: readonly LintInput[]): LintInput[] {
  const seen = new Set<string>()
  return inputs.filter(({isInstalled, at}) => {
    if (!isInstalled || at === undefined) return true
    const isNew = !seen.has(at)
    seen.add(at)
    return isNew
  })
}

/** Tells whether an operand names a module: such names have neither dots in front nor an ending. */
export function isModuleSpec(text: string): boolean {
  return /^(?:[a-z0-9][a-z0-9_-]*\/)?(?:(?:mod_)?[a-z0-9][a-z0-9_-]*|(?<=\/)\*)(?:@[^/\\]+)?$/.test(text)
}

function inputOf(file: LintFile, {cwd}: Environment): LintInput {
  const at = slashed(resolve(cwd, file.path))
  return {...file, at, isInstalled: false, isModule: isOfModule(at) && !isTestFile(at)}
}

function contextInputs({folder, lock}: NearProject, environment: Environment): LintInput[] {
  const keys = keysIn(lock.modules)
  if (keys.length === 0) {
    throw new ProsodyModsError(
      'USAGE',
      'there is nothing to look at: no path is named, and no module is installed',
      {
        hint: 'name files, folders or modules: prosody-mods lint .',
      },
    )
  }
  return withoutRepeats(keys.flatMap((key) => installedInputs(key, {folder, lock}, environment)))
}
