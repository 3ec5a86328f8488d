import {resolve} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import {exclusively, findProject, type Project} from '../../project/project.ts'
import type {Environment} from '../../workbench/environment.ts'
import {draftProject} from '../../workbench/open-project.ts'
import {ensureBeside} from '../init/files-beside.ts'
import {newProject, refuseExisting, withNewFolder, type NewProjectFlags} from '../init/new-project.ts'
import type {InitTarget} from '../init/target.ts'
import type {WriteResult} from '../../context/write-result.ts'

/** The project that `add --init` made. */
export interface MadeProject {
  /** Absolute. */
  readonly folder: string
  readonly target: InitTarget
  /** What is left to do by hand. */
  readonly notes: readonly string[]
}

/** Tells whether the working folder is in a project. */
export function isInProject(environment: Environment): boolean {
  try {
    findProject(environment)
    return true
  } catch (error) {
    if (error instanceof ProsodyModsError && ['MANIFEST_MISSING', 'PATH_NOT_FOUND'].includes(error.code))
      return false
    throw error
  }
}

/**
 * Makes a project of the working folder together with what `work` writes into it: where that fails, nothing is left.
 */
export async function inNewProject<T extends WriteResult>(
  {dryRun, project = {}}: {readonly dryRun: boolean; readonly project?: NewProjectFlags},
  environment: Environment,
  work: (project: Project) => Promise<T>,
): Promise<T & {readonly made: MadeProject}> {
  const folder = resolve(environment.cwd)
  const {target, ...drafted} = await newProject(folder, project, environment)
  refuseExisting(folder)
  const draft = await draftProject({folder, ...drafted}, environment)
  const begin = (): Promise<T> =>
    exclusively(folder, environment, () => {
      refuseExisting(folder)
      return work(draft)
    })
  const result = dryRun ? await work(draft) : await withNewFolder(folder, begin)
  const {notes, changes} = ensureBeside(folder, dryRun)
  return {
    ...result,
    changes: [...changes, ...result.changes],
    made: {folder, target, notes},
  }
}
