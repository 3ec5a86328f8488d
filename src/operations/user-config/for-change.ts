import {ProsodyModsError} from '../../errors.ts'
import type {Configuration} from '../../prosody/config/types.ts'
import {hostsIn, optionFor} from '../../prosody/config/effective.ts'
import {readUserConfig, type ConfiguredProject} from './find.ts'

/**
 * Reads the project's own configuration for commands that say what to change in it; undefined where there is none that
 * says anything of hosts or modules, and where it can't be read: then they say it in general.
 */
export function configurationToChange(project: ConfiguredProject): Configuration | undefined {
  try {
    const found = readUserConfig(project)
    if (found === undefined) return undefined
    const isTelling = hostsIn(found).length > 0 || optionFor(found, null, 'modules_enabled') !== undefined
    return isTelling ? found : undefined
  } catch (error) {
    // That image.config names no file is for check to say.
    if (error instanceof ProsodyModsError) return undefined
    throw error
  }
}
