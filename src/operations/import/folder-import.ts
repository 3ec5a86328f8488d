import {relative} from 'node:path'
import type {Environment} from '../../workbench/environment.ts'
import {identify} from '../identify/identify.ts'
import {prosodyId} from '../identify/prosody.ts'
import type {IdentifiedModule, IdentifyResult} from '../identify/types.ts'
import {shellWord} from '../../text/shell-word.ts'
import {isInProject} from '../add/in-new-project.ts'
import type {ImportRequest} from './request.ts'
import type {ImportLine, ImportResult} from './types.ts'

/** Takes over a folder of modules: what is a release's goes into the project, by digest. Throws what `identify --adopt` throws. */
export async function importFolder(
  path: string,
  request: ImportRequest,
  environment: Environment,
): Promise<ImportResult> {
  const {offline, dryRun} = request
  const found = await identify(
    {folder: path, adopt: true, offline, dryRun, init: !isInProject(environment)},
    environment,
  )
  const {adoption} = found
  const added = adoption?.added ?? []
  return {
    input: {path: request.file, kind: 'folder', lines: found.files},
    folder: environment.cwd,
    dryRun,
    lines: linesOf(found, relative(environment.cwd, path)),
    modules: added.map(({module, version}) => ({module, spec: module, version, lines: []})),
    libraries: [],
    image: null,
    enabled: [],
    pluginPaths: null,
    patches: {},
    missing: [],
    notes: [],
    dockerfile: null,
    added: adoption,
    verified: null,
  }
}

function linesOf({modules, unknown, modified, stray}: IdentifyResult, folder: string): ImportLine[] {
  const told = new Set(modules.map(({path}) => path))
  const files = [...modified, ...stray, ...unknown].filter((path) => !told.has(path) && path.endsWith('.lua'))
  return [
    ...modules.map((one) => ({...at(one.path), ...said(one, folder)})),
    ...files.map((path) => ({
      ...at(path),
      state: 'not-understood' as const,
      what: 'a file of no release, and of no module by itself',
      hint: 'a library of your own lies beside the module that asks for it: add their folder',
    })),
  ]
}

function at(path: string): Pick<ImportLine, 'line' | 'lastLine' | 'text'> {
  return {line: 0, lastLine: 0, text: path}
}

function said(
  {state, module, name, path, version}: IdentifiedModule,
  folder: string,
): Pick<ImportLine, 'state' | 'what' | 'hint'> {
  const place = shellWord(`./${[folder, path].filter((part) => part !== '').join('/')}`)
  const title = `${module ?? name}${version === null ? '' : ` ${version}`}`
  if (module?.startsWith(`${prosodyId}/`) === true)
    return {state: 'not-needed', what: `Prosody itself has it: ${title}`, hint: null}
  switch (state) {
    case 'exact':
      return {state: 'taken', what: title, hint: null}
    case 'incomplete':
    case 'mixed':
      return {
        state: 'not-understood',
        what: `${title}, of which files are ${state === 'mixed' ? 'of another release' : 'missing'}`,
        hint: `for the publisher's own files: prosody-mods add ${module ?? name}${version === null ? '' : `@${version}`}`,
      }
    case 'modified':
      return {
        state: 'not-understood',
        what: `changed by hand, or of a release that is not known; nearest is ${title}`,
        hint: `to keep it as a module of your own: prosody-mods add ${place}`,
      }
    case 'unknown':
      return {
        state: 'not-understood',
        what: `no release has ${name} as it is here`,
        hint: `to keep it as a module of your own: prosody-mods add ${place}`,
      }
  }
}
