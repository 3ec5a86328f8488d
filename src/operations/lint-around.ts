import {existsSync, readdirSync} from 'node:fs'
import {isAbsolute, resolve} from 'node:path'
import {dirname} from 'node:path/posix'
import type {FileResult} from '../lint/finding.ts'
import {isOfModule} from '../lua/module-files.ts'
import type {RuleFinding} from '../lint/rules/index.ts'
import {settle, type Reported} from '../lint/rules/settle.ts'
import {foldersAround, shipsIn} from '../lint/rules/ships.ts'
import {contextFolder, splitKey} from '../project/lockfile.ts'
import {slashed} from './lint-config.ts'
import {lintFilesAt} from './lint-files.ts'
import {installedInputs, otherModules, type LintInput} from './lint-inputs.ts'
import {resultsOf} from './lint-results-of.ts'
import {fileOf, type LintRun} from './lint-run.ts'

const silent = {findings: [], globals: [], fires: []}

/** What the rules about Prosody find in each file, in sight of the files around it. */
export async function ruleFindings(
  inputs: readonly LintInput[],
  results: readonly FileResult[],
  run: LintRun,
): Promise<readonly (readonly RuleFinding[])[]> {
  if (run.target === undefined) return []
  const {cwd} = run.environment
  const reported = inputs.map(({path, at}, index) => ({
    path: at ?? path,
    report: results[index]?.rules ?? silent,
  }))
  const stored = new Set(inputs.flatMap(({path, at}) => (at === undefined ? [path] : [])))
  const ships = (path: string, library: string): boolean =>
    shipsIn(path, library, {
      folders: foldersFor(path),
      exists: (one) => stored.has(one) || (isAbsolute(one) && existsSync(one)),
    }) || otherSources(run).some((folder) => shipsIn(path, library, {folders: [folder], exists: existsSync}))
  const settled = settle(reported, {others: [], ships})
  const others = await othersFor(settled, {inputs, cwd}, run)
  return others.length === 0 ? settled : settle(reported, {others, ships})
}

/** Of a file that the store alone has, the folder of its release. */
function foldersFor(path: string): string[] {
  const release = /^[^/]+\/[^/]+@[^/]+(?=\/)/.exec(path)?.[0]
  return isAbsolute(path) || release === undefined ? foldersAround(path) : [release]
}

/** Folders of all that a project has installed. */
function otherSources({near: {folder, lock}}: LintRun): string[] {
  const ids = new Set(Object.keys(lock.modules).map((key) => splitKey(key)[0]))
  return [...ids].map((id) => slashed(resolve(folder, contextFolder, id)))
}

/** Files beside those that are looked at, where they may explain what was found. */
async function othersFor(
  settled: readonly (readonly RuleFinding[])[],
  {inputs, cwd}: {readonly inputs: readonly LintInput[]; readonly cwd: string},
  run: LintRun,
): Promise<readonly Reported[]> {
  const kinds = new Set(settled.flat().map(({pending}) => pending?.kind))
  const seen = new Set(inputs.map(({at}) => at))
  const folders = new Set(
    settled.flatMap((found, index) => {
      const at = inputs[index]?.at
      return at !== undefined && found.some(({pending}) => pending?.kind === 'global')
        ? [dirname(at), dirname(dirname(at))]
        : []
    }),
  )
  const beside = [...folders].flatMap((folder) => modulesIn(folder)).filter((at) => !seen.has(at))
  const near: LintInput[] = beside.flatMap((at) =>
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
  return all.map(({path, at}, index) => ({path: at ?? path, report: results[index]?.rules ?? silent}))
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
