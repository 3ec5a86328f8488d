import {ProsodyModsError} from '../../errors.ts'
import {manifestName, type Manifest} from '../../project/manifest.ts'
import {readProject} from '../../project/project.ts'
import {nearestNames} from '../../text/nearest.ts'
import type {Environment} from '../../workbench/environment.ts'
import {mirrorTable} from '../../workbench/mirrors.ts'
import {readUserConfig, type UserConfig} from '../../workbench/user-config.ts'
import {projectSettings} from './of-project.ts'
import {userSettings} from './of-user.ts'
import type {ConfigResult, Setting} from './types.ts'

/**
 * Lists every setting with the value that holds and where it comes from; secrets are hidden. Throws CONFIG_INVALID,
 * MANIFEST_INVALID.
 */
export async function config(environment: Environment): Promise<ConfigResult> {
  const user = await readUserConfig(environment.env)
  const project = await projectOrNothing(environment)
  const manifest = project?.manifest ?? {}
  return {
    project: project?.folder ?? null,
    settings: [
      ...userSettings(environment, user),
      ...mirrorSettings(manifest, user, environment.env),
      ...(project === undefined ? [] : projectSettings(manifest)),
    ],
  }
}

/** Finds one setting. Throws USAGE with those that are named alike. */
export function settingOf({settings}: ConfigResult, key: string): Setting {
  const found = settings.find((one) => one.key === key)
  if (found !== undefined) return found
  const keys = settings.map((one) => one.key)
  const near = nearestNames(key, keys, 3)
  throw new ProsodyModsError('USAGE', `there is no setting ${JSON.stringify(key)}`, {
    hint: near.length === 0 ? '"prosody-mods config" lists them' : `did you mean ${near.join(' or ')}?`,
    details: {key, near},
  })
}

async function projectOrNothing(
  environment: Environment,
): Promise<{readonly folder: string; readonly manifest: Manifest} | undefined> {
  try {
    return await readProject(environment)
  } catch (error) {
    if (error instanceof ProsodyModsError && error.code === 'MANIFEST_MISSING') return undefined
    throw error
  }
}

/** Of those for one base, the one that counts. */
function mirrorSettings(manifest: Manifest, user: UserConfig, env: NodeJS.ProcessEnv): Setting[] {
  const variable = 'PROSODY_MODS_DEBIAN_MIRROR'
  return [...mirrorTable(manifest, user, env)].map(([base, value]) => {
    const shared = {key: `mirrors.${base}`, value, change: `"mirrors" in ${user.path} or ${manifestName}`}
    if (base === 'debian' && (env[variable] ?? '') !== '')
      return {...shared, from: 'environment', where: variable}
    if (Object.hasOwn(user.mirrors, base)) return {...shared, from: 'config.json', where: user.path}
    return {...shared, from: 'manifest', where: manifestName}
  })
}
