import {parseManifest, manifestName, type Manifest} from '../../project/manifest.ts'
import {readProject} from '../../project/project.ts'
import type {Environment} from '../../workbench/environment.ts'
import {isInProject} from '../add/in-new-project.ts'
import type {ImportRequest} from './request.ts'
import {newProject, type NewProjectFlags} from '../init/new-project.ts'

/** Returns what a new project is for, as far as it was asked. */
export function askedTarget({prosody, debian}: ImportRequest): NewProjectFlags {
  return {...(prosody === undefined ? {} : {prosody}), ...(debian === undefined ? {} : {debian})}
}

/** Returns the manifest of the folder's project, or the one that a new project there would begin with. */
export async function targetManifest(flags: NewProjectFlags, environment: Environment): Promise<Manifest> {
  if (!isInProject(environment)) return (await newProject(environment.cwd, flags, environment)).manifest
  const {manifestText} = await readProject(environment)
  return parseManifest(manifestText, manifestName)
}
