import {ProsodyModsError} from '../errors.ts'
import type {Manifest} from '../project/manifest.ts'
import {readProject} from '../project/project.ts'
import {addressWorld, type AddressWorld} from '../resolve/address/world.ts'
import {define} from '../sources/kinds.ts'
import type {Environment} from './environment.ts'
import {readUserConfig, withUserSources} from './user-config.ts'

/**
 * Puts together what the addresses among some words are read by where the command works. What is wrong with the project's
 * files, or that there are none, is left to the command.
 */
export async function worldOf(words: readonly string[], environment: Environment): Promise<AddressWorld> {
  const declared = words.some((word) => word.includes(':')) ? await sourcesHere(environment) : {}
  return addressWorld(
    environment.registry,
    Object.entries(declared).map(([id, one]) => define(id, one)),
  )
}

async function sourcesHere(environment: Environment): Promise<NonNullable<Manifest['sources']>> {
  try {
    const user = await readUserConfig(environment.env)
    const {manifest} = await readProject({...environment, onProgress: () => undefined})
    return withUserSources(manifest, user, environment.registry).sources ?? {}
  } catch (error) {
    if (error instanceof ProsodyModsError) return {}
    throw error
  }
}
