import {statSync} from 'node:fs'
import {basename, dirname, isAbsolute, relative, resolve, sep} from 'node:path'
import {readFailed} from '../durable.ts'
import {ProsodyModsError} from '../errors.ts'
import {mainName} from '../resolve/release-tree.ts'
import {shellWord} from '../text/shell-word.ts'

/** What a path on the command line means. */
export interface PathPlace {
  /** The path as the manifest keeps it: relative to the project, absolute when it lies on another drive. */
  readonly path: string
  /** The module, where the path is that of its main file. */
  readonly only: string | undefined
}

/**
 * Reads a path as a folder, or as a module's main file by the folder that it lies in. Throws SPEC_INVALID for any other
 * file.
 */
export function pathPlace(text: string, folder: string, cwd: string): PathPlace {
  const full = resolve(cwd, text)
  if (!isFile(full)) return {path: projectPath(full, folder), only: undefined}
  const only = mainName(basename(full))
  if (only === undefined) throw noMainFile(text)
  return {path: projectPath(dirname(full), folder), only}
}

function isFile(path: string): boolean {
  try {
    return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false
  } catch (error) {
    throw readFailed(path, error)
  }
}

function noMainFile(text: string): ProsodyModsError {
  return new ProsodyModsError(
    'SPEC_INVALID',
    `${text} is no main file of a module\n  expected mod_<name>.lua, the name of a-z, 0-9, _ and -\n  got      ${basename(text)}`,
    {
      hint: text.endsWith('.lib.lua')
        ? `a library comes with the modules that ask for it; for it alone, name its folder: prosody-mods add ${shellWord(dirname(text))}`
        : 'name the file that Prosody loads first, or a folder of modules',
      details: {spec: text},
    },
  )
}

function projectPath(full: string, folder: string): string {
  const inside = relative(folder, full)
  if (isAbsolute(inside)) return full
  const slashed = inside.split(sep).join('/')
  return slashed.startsWith('../') || slashed === '..' ? slashed : `./${slashed}`
}
