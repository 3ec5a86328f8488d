import {ProsodyModsError} from '../errors.ts'
import {positionAt} from '../project/json-text.ts'
import {splitKey} from '../project/lockfile.ts'
import {manifestName, sourceDefinition} from '../project/manifest.ts'
import {readProject, withProject, type Project} from '../project/project.ts'
import {checkVersionText} from '../resolve/choose.ts'
import type {Environment} from './environment.ts'

/** readProject, with the versions of the manifest checked against their sources' schemes. */
export async function openProject(environment: Environment): Promise<Project> {
  const project = await readProject(environment)
  await checkVersions(project, environment)
  return project
}

/** withProject, likewise. */
export async function changeProject<T>(
  environment: Environment,
  work: (project: Project) => Promise<T>,
): Promise<T> {
  return withProject(environment, async (project) => {
    await checkVersions(project, environment)
    return work(project)
  })
}

/** Throws MANIFEST_INVALID with line and column for a version text that its source's scheme can't read. */
async function checkVersions(
  {manifest, manifestText, lock}: Project,
  {registry}: Environment,
): Promise<void> {
  for (const [key, versionText] of Object.entries(manifest.modules ?? {})) {
    if (lock?.modules[key]?.version === versionText) continue
    const [source, name] = splitKey(key)
    const definition = sourceDefinition(source, manifest, registry)
    if (definition === undefined) continue
    try {
      checkVersionText({definition, name, versionText})
    } catch (error) {
      if (!(error instanceof ProsodyModsError)) throw error
      const {line, column} = await positionAt(manifestText, ['modules', key])
      throw new ProsodyModsError(
        'MANIFEST_INVALID',
        `${manifestName}:${line}:${column}: modules → ${key}: ${error.message}`,
        {...(error.hint === undefined ? {} : {hint: error.hint}), details: {...error.details, line, column}},
      )
    }
  }
}
