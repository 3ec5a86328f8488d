import {existsSync, readdirSync} from 'node:fs'
import {isAbsolute, resolve} from 'node:path'
import {dirname} from 'node:path/posix'
import type {FileResult} from '../../lint/finding.ts'
import {isOfModule} from '../../prosody/module-files.ts'
import {emptyReport, type RuleFinding} from '../../lint/rules/rule-report.ts'
import {settle} from '../../lint/rules/settle.ts'
import {type Reported, type Surroundings} from '../../lint/rules/surroundings.ts'
import {foldersAround, libraryIn} from '../../lint/rules/ships.ts'
import {splitKey, keysIn} from '../../module-key.ts'
import {contextFolder} from '../../project/lockfile.ts'
import {slashed} from './config.ts'
import {lintFilesAt} from './files.ts'
import {withTreeHint} from '../../workbench/lint-hints.ts'
import {type LintInput} from './installed.ts'
import {installedInputs, otherModules} from './installed.ts'
import {resultsOf} from './results-of.ts'
import {fileOf, type LintRun} from './run.ts'

/** Finds what the rules about Prosody say of each file, in sight of the files around it. */
export async function ruleFindings(
  inputs: readonly LintInput[],
  results: readonly FileResult[],
  run: LintRun,
): Promise<readonly (readonly RuleFinding[])[]> {
  if (run.target === undefined) return []
  const {cwd} = run.environment
  const reported = inputs.map(({path, at}, index) => ({
    path: at ?? path,
    report: results[index]?.rules ?? emptyReport,
  }))
  const libraryAt = findingLibraries(inputs, run)
  const first = settle(reported, {others: [], libraryAt, isFirst: true})
  const others = await othersFor(first, {inputs, cwd, libraryAt}, run)
  const {registry} = run.environment
  return settle(reported, {others, libraryAt}).map((found) => found.map((one) => withTreeHint(one, registry)))
}

/** Each question is answered once: a library may be asked for thousands of times. */
function findingLibraries(inputs: readonly LintInput[], run: LintRun): Surroundings['libraryAt'] {
  const stored = new Set(inputs.flatMap(({path, at}) => (at === undefined ? [path] : [])))
  const exists = (one: string): boolean => stored.has(one) || (isAbsolute(one) && existsSync(one))
  const sources = otherSources(run)
  const known = new Map<string, string | undefined>()
  return (path, library) => {
    const key = JSON.stringify([path, library])
    if (!known.has(key))
      known.set(key, libraryIn(path, library, {folders: [...foldersFor(path), ...sources], exists}))
    return known.get(key)
  }
}

/** Of a file that the store alone has, the folder of its release. */
function foldersFor(path: string): string[] {
  const release = /^[^/]+\/[^/]+@[^/]+(?=\/)/.exec(path)?.[0]
  return isAbsolute(path) || release === undefined ? foldersAround(path) : [release]
}

/** Folders of all that a project has installed. */
function otherSources({near: {folder, lock}}: LintRun): string[] {
  const ids = new Set(keysIn(lock.modules).map((key) => splitKey(key)[0]))
  return [...ids].map((id) => slashed(resolve(folder, contextFolder, id)))
}

interface Around {
  readonly inputs: readonly LintInput[]
  readonly cwd: string
  readonly libraryAt: Surroundings['libraryAt']
}

type Settled = readonly (readonly RuleFinding[])[]

/** Files beside those that are looked at, where they may explain what was found. */
async function othersFor(settled: Settled, around: Around, run: LintRun): Promise<readonly Reported[]> {
  const {inputs, cwd} = around
  const kinds = new Set(settled.flat().map(({pending}) => pending?.kind))
  const seen = new Set(inputs.map(({at}) => at))
  const beside = [...new Set([...besideThose(settled, inputs), ...librariesOf(settled, around)])]
  const near: LintInput[] = beside
    .filter((at) => !seen.has(at))
    .flatMap((at) =>
      lintFilesAt(at, cwd, () => true).map((file) => ({...file, at, isInstalled: true, isModule: true})),
    )
  const installed = kinds.has('event')
    ? otherModules(run.near.lock, inputs).flatMap((key) => installedInputs(key, run.near, run.environment))
    : []
  const all = [...near, ...installed]
  const results = await resultsOf(
    all.map((input) => fileOf({...input, isInstalled: true}, {...run, groups: ['prosody']})),
    run,
  )
  return all.map(({path, at}, index) => ({path: at ?? path, report: results[index]?.rules ?? emptyReport}))
}

/** Of what other files of a module may set or call: those around. */
function besideThose(settled: Settled, inputs: readonly LintInput[]): string[] {
  const folders = settled.flatMap((found, index) => {
    const at = inputs[index]?.at
    const isAsked = found.some(({pending}) => pending?.kind === 'global' || pending?.kind === 'caller')
    return at !== undefined && isAsked ? [dirname(at), dirname(dirname(at))] : []
  })
  return [...new Set(folders)].flatMap((folder) => modulesIn(folder))
}

/** Of what a library may lack: the library. */
function librariesOf(settled: Settled, {inputs, libraryAt}: Around): string[] {
  return settled.flatMap((found, index) => {
    const at = inputs[index]?.at
    if (at === undefined) return []
    return found.flatMap(({pending}) =>
      pending?.kind === 'member' ? (libraryAt(at, pending.library) ?? []) : [],
    )
  })
}

/** Parts of modules right in a folder. */
function modulesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.lua') && isOfModule(`${folder}/${name}`))
      .map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}
