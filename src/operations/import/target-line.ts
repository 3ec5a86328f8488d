import {manifestName, parseManifest, defaultProsody} from '../../project/manifest.ts'
import {readProject} from '../../project/project.ts'
import type {Environment} from '../../workbench/environment.ts'
import {isInProject} from '../add/in-new-project.ts'
import {newProject, type NewProjectFlags} from '../init/new-project.ts'

/** Finds the line of Prosody that a project is for, or that a new one in the folder would be for. */
export async function lineOf(flags: NewProjectFlags, environment: Environment): Promise<string> {
  if (!isInProject(environment)) {
    const {manifest} = await newProject(environment.cwd, flags, environment)
    return manifest.prosody ?? defaultProsody
  }
  const {manifestText} = await readProject(environment)
  return (await parseManifest(manifestText, manifestName)).prosody ?? defaultProsody
}
