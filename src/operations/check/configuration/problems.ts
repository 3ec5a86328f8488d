import type {Configuration} from '../../../prosody/config/types.ts'
import type {Environment} from '../../../workbench/environment.ts'
import {problem} from '../problem.ts'
import type {Problem} from '../types.ts'
import {moduleProblems} from './modules.ts'
import {optionProblems} from './options.ts'
import {serverWideProblems} from './server-wide.ts'
import {configurationWorld, type ConfigurationInput} from './world.ts'

/**
 * Lists what in the user's configuration of Prosody can't work: what is no Lua, modules that are not installed or are
 * enabled where they can't be loaded, options that nobody reads, of a type that they can't be, or set where they have no
 * effect.
 */
export function configurationProblems(
  configuration: Configuration,
  input: ConfigurationInput,
  environment: Environment,
): Problem[] {
  const unread = configuration.problems.map(({file, line, message}) =>
    problem(['configuration', 'error'], message, {path: file, line}),
  )
  const world = configurationWorld(configuration, input, environment)
  if (world === undefined) return unread
  const found = [
    ...moduleProblems(world, environment.registry),
    ...optionProblems(world, environment.registry),
    ...serverWideProblems(world),
  ]
  return [...unread, ...found]
}
