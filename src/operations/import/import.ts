import {lstatSync} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {readFailed} from '../../durable.ts'
import {ProsodyModsError, systemCode} from '../../errors.ts'
import {describe, kindOf} from '../../recipe/kind.ts'
import {readDockerfile} from '../../recipe/read-dockerfile.ts'
import {readScript} from '../../recipe/read-script.ts'
import {FileRefused, readRegular} from '../../regular-file.ts'
import type {Environment} from '../../workbench/environment.ts'
import {dockerfileIn} from '../init/evidence.ts'
import {contextAbove} from './build-context.ts'
import {importFolder} from './folder-import.ts'
import {importRecipe} from './recipe-import.ts'
import type {ImportRequest} from './request.ts'
import {importText} from './text-import.ts'
import type {ImportResult} from './types.ts'

/**
 * Takes over what somebody has: a Dockerfile or a script, a folder of modules, an .env file, or addresses in any text. What is
 * found is added to the project, which is made where there is none, and every line is accounted for. Nothing of the input is
 * run. Throws PATH_NOT_FOUND, READ_FAILED, USAGE for what is none of these, and what adding throws.
 */
export async function importInput(request: ImportRequest, environment: Environment): Promise<ImportResult> {
  if (request.verify && request.dryRun)
    throw new ProsodyModsError('USAGE', '--verify compares what was written, and --dry-run writes nothing', {
      hint: 'leave one of them out',
    })
  const path = resolve(environment.cwd, request.file)
  if (lstatSync(path, {throwIfNoEntry: false})?.isDirectory() === true && !request.any) {
    const found = dockerfileIn(path)
    if (found === undefined) return importFolder(path, request, environment)
    return importFile(join(path, found.name), {...request, file: join(request.file, found.name)}, environment)
  }
  return importFile(path, request, environment)
}

async function importFile(
  path: string,
  request: ImportRequest,
  environment: Environment,
): Promise<ImportResult> {
  const text = textOf(path, request.file)
  const beside = {...environment, cwd: dirname(path)}
  const isEnv = /(?:^|[._-])env(?:[._-]|$)/i.test(basename(path))
  if (request.any) return importText({text, path, kind: 'text'}, request, environment)
  const kind = kindOf(text, basename(path))
  if (isEnv && kind !== 'dockerfile' && !runsAnything(text))
    return importText({text, path, kind: 'env'}, request, beside)
  if (kind === undefined) throw neither(request.file, text)
  if (kind === 'script') return importRecipe({request, environment, path, recipe: readScript(text)})
  const recipe = readDockerfile(text, request.buildArgs)
  const above = contextAbove(path, recipe)
  if (above === undefined) return importRecipe({request, environment: beside, path, recipe})
  const result = await importRecipe({request, environment: {...environment, cwd: above.folder}, path, recipe})
  return {...result, notes: [above.note, ...result.notes]}
}

/** An .env has assignments alone. */
function runsAnything(text: string): boolean {
  return readScript(text).instructions.some(({actions}) => actions.length > 0)
}

function textOf(path: string, shown: string): string {
  try {
    return readRegular(path, 'dockerfile').toString('utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
      throw new ProsodyModsError('PATH_NOT_FOUND', `${shown}: there is no such file or folder`, {
        hint: 'name a Dockerfile, a shell script, a folder of modules or an .env file',
        details: {path: shown},
      })
    }
    if (error instanceof FileRefused)
      throw new ProsodyModsError('USAGE', `${shown}: ${error.message}`, {details: {path: shown}})
    throw readFailed(path, error)
  }
}

function neither(shown: string, text: string): ProsodyModsError {
  return new ProsodyModsError(
    'USAGE',
    `${shown} is no Dockerfile and no shell script: it looks like ${describe(text)}`,
    {
      hint:
        describe(text) === 'binary data'
          ? 'name a Dockerfile, a shell script, a folder of modules or an .env file'
          : 'addresses of modules in any text are found with --any',
      details: {path: shown, seen: describe(text)},
    },
  )
}
