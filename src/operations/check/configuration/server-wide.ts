import type {ConfigSection, ConfigSetting} from '../../../prosody/config/types.ts'
import {problem} from '../problem.ts'
import type {Problem} from '../types.ts'
import {factsOf, type ConfigurationWorld} from './world.ts'

/**
 * Ports and addresses are opened for the whole server: core/portmanager.lua reads these there alone. Where a host has
 * them, core/hostmanager.lua warns of `_ports` and `_interface`, and `prosodyctl check config` of all.
 */
const ofServer = /^interfaces?$|_interfaces?$|_ports$/

/** Lists options that are set for a host, and which Prosody reads for the whole server only. */
export function serverWideProblems(world: ConfigurationWorld): Problem[] {
  const own = readByModules(world)
  return world.configuration.sections.flatMap((section) =>
    section.kind !== 'host' && section.kind !== 'component'
      ? []
      : section.settings
          .filter(({name, value}) => ofServer.test(name) && !own.has(name) && value.kind !== 'nil')
          .map((setting) => misplaced(setting, section)),
  )
}

/** A module may have an option of such a name, for its own host. */
function readByModules({parts, code}: ConfigurationWorld): ReadonlySet<string> {
  const enabled = [...parts.values()].filter((part) => part.enabled !== false)
  return new Set(
    enabled.flatMap((part) =>
      factsOf(part, code).flatMap(({options}) => options.flatMap(({name}) => name ?? [])),
    ),
  )
}

function misplaced({name, file, line}: ConfigSetting, {kind, host}: ConfigSection): Problem {
  const word = kind === 'component' ? 'Component' : 'VirtualHost'
  return problem(
    ['configuration', 'warning'],
    `${name} is set for ${host === null ? `a ${word}` : `${word} ${host}`}, and has no effect there`,
    {
      ...{path: file, line},
      hint: 'Prosody reads it for the whole server: put it above the first VirtualHost or Component',
    },
  )
}
