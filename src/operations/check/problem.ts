import {entriesIn, type ModuleKey} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import {contextPathOf} from '../../project/lockfile.ts'
import type {Problem} from './types.ts'

type Place = Partial<Pick<Problem, 'module' | 'part' | 'path' | 'line' | 'cause' | 'hint'>>

/** Makes a problem of what is known of it: where nothing is given, null. */
export function problem(
  [kind, severity]: readonly [kind: Problem['kind'], severity: Problem['severity']],
  message: string,
  {module = null, part = null, path = null, line = null, cause = null, hint = null}: Place,
): Problem {
  return {kind, severity, module, part, path, line, message, cause, hint}
}

/** Gives what names the module that a path of the context belongs to. */
export function ownersOf({modules}: Lockfile): (path: string) => ModuleKey | null {
  const owners = new Map(
    entriesIn(modules).flatMap(([key, {files}]) =>
      Object.keys(files).map((file) => [contextPathOf(key, file), key] as const),
    ),
  )
  return (path) => owners.get(path) ?? null
}
