import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {bareName} from '../../module-name.ts'
import {defaultProsody, manifestName} from '../../project/manifest.ts'
import type {Environment} from '../../workbench/environment.ts'
import {projectOrNone, type NearProject} from '../../workbench/open-project.ts'
import {withWorkbench, type Workbench} from '../../workbench/workbench.ts'
import type {LocksCompared} from './compare-locks.ts'
import {reportOf, targetFor, type ChangeReport, type ReportWorld} from './report.ts'
import {textBetween} from './text.ts'
import {fileSide, lockedSide, operandOf, releaseSide, revisionSide, type Operand, type Side} from './sides.ts'

/** What `diff` is asked for. */
export interface DiffRequest {
  /** Releases, lockfiles or revisions: two, or one that is compared with the project; and names of modules. */
  readonly operands: readonly string[]
  readonly offline: boolean
  /** Whether the text of files is compared, too: what differs is fetched. */
  readonly text: boolean
  /** Absolute paths of configurations, in place of those that are found in the project. */
  readonly config?: readonly string[] | undefined
}

/** What `diff` found; the shape is part of --json (docs/reference/json.md). */
export interface DiffResult extends ChangeReport {
  readonly from: string
  readonly to: string
  /** The line of Prosody that it was judged for. */
  readonly prosody: string
  /** The modules that were asked for; [] for all. */
  readonly only: readonly string[]
  /** Unified diff of the files that differ; null where it was not asked for. */
  readonly text: string | null
}

/**
 * Compares two releases, two lockfiles, or what is locked with an earlier revision. Throws USAGE, NOT_INSTALLED,
 * LOCKFILE_INVALID, PATH_NOT_FOUND, and what finding a release throws.
 */
export async function diff(request: DiffRequest, environment: Environment): Promise<DiffResult> {
  const project = await projectOrNone(environment)
  return withWorkbench(environment, {...project, offline: request.offline}, async (bench) => {
    const {before, after, only} = await sidesOf(request.operands, project, bench)
    const text = request.text ? await textBetween(before.lock, after.lock, {only, bench}) : null
    const {manifest} = project
    const target = targetFor(manifest, after.lock, bench)
    const wholeSource = wholeOf(before, after)
    const found = await reportOf(before.lock, after.lock, {
      project,
      config: configOf(request, project),
      bench,
      wholeSource,
      countsLines: request.text,
      only,
    })
    return {
      ...{from: before.label, to: after.label, prosody: target?.prosody ?? defaultProsody, only, text},
      ...found,
    }
  })
}

function wholeOf({whole: before}: Side, {whole: after}: Side): LocksCompared['wholeSource'] {
  return before === undefined || after === undefined ? undefined : {before, after}
}

/** Outside of a project, files that happen to lie around are nobody's configuration. */
function configOf({config}: DiffRequest, {folder}: NearProject): ReportWorld['config'] {
  return config ?? (existsSync(join(folder, manifestName)) ? undefined : [])
}

interface Sides {
  readonly before: Side
  readonly after: Side
  readonly only: readonly string[]
}

async function sidesOf(texts: readonly string[], project: NearProject, bench: Workbench): Promise<Sides> {
  const operands = operandsOf(texts, project, bench)
  const sides = operands.filter(({kind}) => kind !== 'name')
  const names = operands.filter(({kind}) => kind === 'name')
  if (sides.length > 2) {
    throw new ProsodyModsError('USAGE', `diff compares two, not ${sides.length}: ${texts.join(' ')}`, {
      hint: 'give two releases, lockfiles or revisions, and then names of modules',
    })
  }
  const [first = {kind: 'revision', text: 'HEAD'} as const, second] = sides
  const only = names.map((one) => (one.kind === 'name' ? bareName(one.text) : ''))
  const [one, other] = [await sideOf(first, project, bench), second && (await sideOf(second, project, bench))]
  if (other !== undefined) return {before: one, after: other, only}
  // A release is where the project may go, a lockfile or revision where it comes from.
  if (first.kind === 'release') return {before: lockedSide(one, project), after: one, only}
  return {before: one, after: {label: 'the lockfile', lock: project.lock}, only}
}

/** Behind a release, a bare word is a module, of whatever release. */
function operandsOf(texts: readonly string[], project: NearProject, bench: Workbench): Operand[] {
  const operands = texts.map((text) => operandOf(text, project, bench))
  const first = operands.findIndex(({kind}) => kind === 'release')
  return operands.map((one, index) =>
    first !== -1 && index > first && one.kind === 'revision' ? {kind: 'name', text: one.text} : one,
  )
}

async function sideOf(operand: Operand, project: NearProject, bench: Workbench): Promise<Side> {
  switch (operand.kind) {
    case 'release':
      return releaseSide(operand.text, project, bench)
    case 'lockfile':
      return fileSide(operand.path)
    case 'revision':
    case 'name':
      return revisionSide(operand.text, {folder: project.folder, env: bench.environment.env})
  }
}
