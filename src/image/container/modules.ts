import type {Placement} from '../../facts/placement.ts'

/** A module that the manifest names, and where it is to be enabled. */
export interface NamedModule {
  readonly name: string
  readonly where: Placement['where']
  /** Whether it works on archived messages, so that a room needs an archive. */
  readonly archives: boolean
}

/** The modules of an image, as a configuration is made for them. */
export interface ImageModules {
  /** Names of all locked modules, of whole trees too. */
  readonly all: ReadonlySet<string>
  /** Those that the manifest names one by one. */
  readonly named: readonly NamedModule[]
  /** Name of a module → Lua libraries that it needs and that the image lacks. */
  readonly unmet: ReadonlyMap<string, readonly string[]>
}

/** Tells whether a room of its own is offered for modules that work on archived messages. */
export function hasArchived({named}: ImageModules): boolean {
  return named.some(({where, archives}) => where === 'muc-component' && archives)
}

/** Lists the named modules that are enabled where `where` says, by name. */
export function namedAt({named}: ImageModules, where: Placement['where']): readonly NamedModule[] {
  return named.filter((module) => module.where === where)
}
