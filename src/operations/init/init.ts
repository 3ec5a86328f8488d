import {resolve} from 'node:path'
import {emptyLock} from '../../project/lockfile.ts'
import {ensureBeside} from './files-beside.ts'
import {jitsiNotes, jitsiProject, type ForJitsi} from './docker-jitsi-meet.ts'
import {newProject, refuseExisting, withNewFolder, type NewProjectFlags} from './new-project.ts'
import type {InitTarget} from './target.ts'
import {nothingLinted} from '../../context/lint-summary.ts'
import {exclusively} from '../../project/project.ts'
import type {Environment} from '../../workbench/environment.ts'
import {reportChanges, nothingOmitted, type WriteResult} from '../../context/write-result.ts'
import {nothingNeeded} from '../../resolve/closure.ts'
import {noModules} from '../../resolve/module-counts.ts'
import {nothingFetched} from '../../fetch/report.ts'
import {applyContext, planContext} from '../../context/plan.ts'
import {generatedFiles} from '../../image/generated-files.ts'
import {toldWarnings} from '../../warning.ts'
import {projectWarnings} from '../../context/warnings.ts'

/** What `init` is asked for. */
export interface InitRequest extends NewProjectFlags {
  /** What the project is for, with the release of it; undefined for an image of its own. */
  readonly jitsi?: {readonly version: string | undefined}
  readonly dryRun: boolean
}

/** What `init` made; the shape is part of --json (docs/reference/json.md). */
export interface InitResult extends WriteResult {
  /** Absolute folder of the new project. */
  readonly folder: string
  readonly target: InitTarget
  /** Of a project for docker-jitsi-meet: its image. */
  readonly dockerJitsiMeet?: ForJitsi
  /** What is left to do by hand. */
  readonly notes: readonly string[]
}

/**
 * Makes a project: manifest, empty lockfile, configuration, and what .gitattributes and .dockerignore lack for it. Throws MANIFEST_EXISTS, MANIFEST_INVALID, USAGE.
 */
export async function init(request: InitRequest, environment: Environment): Promise<InitResult> {
  const folder = resolve(environment.cwd)
  refuseExisting(folder)
  const {registry} = environment
  const {jitsi, ...given} = request
  const made = jitsi === undefined ? undefined : jitsiProject(jitsi.version, given, {folder, registry})
  const found = await newProject(folder, made?.flags ?? given, environment)
  const {manifestText, manifest} = found
  const target = made === undefined ? found.target : targetInImage(found.target, made.what)
  const wanted = {lock: emptyLock, manifest, manifestText, writeLock: true, force: false}
  const plan = (): ReturnType<typeof planContext> =>
    planContext(
      {folder, lock: undefined, lockText: undefined, manifestText: ''},
      wanted,
      generatedFiles(wanted),
    )
  const done = request.dryRun ? plan() : await create(folder, environment, plan)
  const beside = ensureBeside(folder, request.dryRun)
  return {
    folder,
    target,
    ...(made === undefined ? {} : {dockerJitsiMeet: made.what}),
    notes: [...beside.notes, ...(made === undefined ? [] : jitsiNotes(made.what, registry))],
    dryRun: request.dryRun,
    changes: [...beside.changes, ...reportChanges(done)],
    unchanged: done.unchanged,
    ...toldWarnings(projectWarnings(folder, {manifest, lock: emptyLock}, registry)),
    total: noModules,
    fetch: nothingFetched,
    lint: nothingLinted,
    needs: nothingNeeded,
    ...nothingOmitted,
    heldBack: [],
  }
}

/** What is installed on this machine does not matter to an image of somebody else. */
function targetInImage(target: InitTarget, {image, because}: ForJitsi): InitTarget {
  const disagreeing = target.disagreeing.filter((text) => !text.endsWith('is installed here'))
  return {...target, because: `${image}, ${because}`, change: [], disagreeing}
}

async function create(
  folder: string,
  environment: Environment,
  plan: () => ReturnType<typeof planContext>,
): Promise<ReturnType<typeof planContext>> {
  return withNewFolder(folder, () =>
    exclusively(folder, environment, async () => {
      refuseExisting(folder)
      const planned = plan()
      await applyContext({...environment, folder}, planned, () => Buffer.alloc(0))
      return planned
    }),
  )
}
