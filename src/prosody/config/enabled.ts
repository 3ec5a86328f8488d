import {optionFor, ownOptionFor, type ConfigHost, type EffectiveOption} from './effective.ts'
import type {Configuration, ConfigPlace, ConfigValue} from './types.ts'

/** What says that a module is loaded. */
export type EnabledBy = 'modules_enabled' | 'component' | 'authentication' | 'storage'

/** A module that a configuration has Prosody load on a host, and where it says so. */
export interface EnabledModule extends ConfigPlace {
  /** As it is written: a name with `mod_` before it is one that Prosody does not find. */
  readonly name: string
  readonly by: EnabledBy
  /** Whether that is the case on every way through the configuration. */
  readonly certain: boolean
  /** Whether it comes from the settings of the whole server. */
  readonly inherited: boolean
}

/** The modules that a host has by its configuration; those that Prosody loads by itself are not among them. */
export interface HostModules {
  readonly modules: readonly EnabledModule[]
  /** Whether there are no others: nothing about them is computed. */
  readonly complete: boolean
}

/** What a component takes of the modules of the whole server (core/modulemanager.lua of 0.12.3 and 13.0.1). */
const inheritable = new Set('tls saslauth dialback iq s2s s2s_bidi smacks server_contact_info'.split(' '))

/**
 * Lists the modules that a configuration has Prosody load for a host: those of its own `modules_enabled`, those of the
 * whole server that hosts of its kind take over, without those that are disabled; a component's own module; those that
 * `authentication` and `storage` name.
 * @param host null for the whole server, as its settings have them, whatever hosts there are
 */
export function enabledModules(configuration: Configuration, host: ConfigHost | null): HostModules {
  const found = new Found()
  const global = optionFor(configuration, null, 'modules_enabled')
  const globalOff = namesIn(optionFor(configuration, null, 'modules_disabled'))
  found.list(global, {by: 'modules_enabled', inherited: host !== null, prefix: ''})
  found.without(globalOff)
  if (host?.kind === 'component') found.only(inheritable)
  if (host !== null) {
    found.list(ownOption(configuration, host, 'modules_enabled'), {
      by: 'modules_enabled',
      inherited: false,
      prefix: '',
    })
    found.without(namesIn(ownOption(configuration, host, 'modules_disabled')))
    if (host.kind === 'component') found.component(host)
  }
  for (const [name, by, prefix] of services) {
    const option = optionFor(configuration, host, name)
    found.list(option, {by, inherited: option?.inherited !== false && host !== null, prefix})
  }
  return {modules: found.modules, complete: found.complete}
}

const services = [
  ['authentication', 'authentication', 'auth_'],
  ['storage', 'storage', 'storage_'],
  ['default_storage', 'storage', 'storage_'],
] as const

/**
 * What is set for the host itself; nothing where that is the very table of the whole server, which Prosody does not take
 * for one of the host's own.
 */
function ownOption(
  configuration: Configuration,
  host: ConfigHost,
  name: string,
): EffectiveOption | undefined {
  const own = ownOptionFor(configuration, host, name)
  const whole = optionFor(configuration, null, name)
  if (own === undefined || whole === undefined) return own
  const isShared = own.settings.some(
    ({value}) => value.kind === 'table' && whole.settings.some((other) => other.value === value),
  )
  if (!isShared) return own
  if (own.value === whole.value) return undefined
  return {...own, value: {kind: 'unknown', text: name, candidates: []}}
}

interface Listing {
  readonly by: EnabledBy
  readonly inherited: boolean
  readonly prefix: string
}

class Found {
  modules: EnabledModule[] = []
  complete = true

  list(option: EffectiveOption | undefined, listing: Listing): void {
    if (option === undefined) return
    const isOne = option.settings.length === 1 && option.value.kind !== 'unknown'
    for (const setting of option.settings)
      this.#value(setting.value, {...listing, place: setting, certain: isOne})
  }

  /** Of a host, the module that it is. */
  component({sections, module, certain}: ConfigHost): void {
    const last = sections.at(-1)
    if (module === null) this.complete = false
    else if (last !== undefined)
      this.#add(module, {by: 'component', inherited: false, prefix: '', place: last, certain})
  }

  without({names, complete}: Names): void {
    this.modules = this.modules.flatMap((one) => {
      const isOff = names.get(one.name)
      if (isOff === true) return []
      return isOff === false || !complete ? [{...one, certain: false}] : [one]
    })
  }

  only(names: ReadonlySet<string>): void {
    this.modules = this.modules.filter(({name}) => names.has(name))
  }

  #value(value: ConfigValue, at: Listing & {readonly place: ConfigPlace; readonly certain: boolean}): void {
    switch (value.kind) {
      case 'string':
        this.#add(value.value, at)
        return
      case 'table': {
        // Storage is given by store; in other tables, keys are no modules.
        const fields = at.by === 'storage' ? value.fields : []
        for (const item of [...value.items, ...fields])
          if (item.value.kind !== 'table')
            this.#value(item.value, {...at, place: item, certain: at.certain && item.certain})
        this.complete &&= value.complete
        return
      }
      case 'unknown':
        for (const one of value.candidates) this.#value(one, {...at, certain: false})
        this.complete = false
        return
      default:
    }
  }

  #add(
    name: string,
    {
      by,
      inherited,
      prefix,
      place,
      certain,
    }: Listing & {readonly place: ConfigPlace; readonly certain: boolean},
  ): void {
    const {file, line} = place
    const full = `${prefix}${name}`
    const at = this.modules.findIndex((one) => one.name === full)
    if (at >= 0 && (this.modules[at]?.certain === true || !certain)) return
    const module = {name: full, by, certain, inherited, file, line}
    if (at >= 0) this.modules[at] = module
    else this.modules.push(module)
  }
}

interface Names {
  /** Whether each of them is listed in any case. */
  readonly names: ReadonlyMap<string, boolean>
  readonly complete: boolean
}

function namesIn(option: EffectiveOption | undefined): Names {
  const found = new Found()
  found.list(option, {by: 'modules_enabled', inherited: false, prefix: ''})
  return {names: new Map(found.modules.map(({name, certain}) => [name, certain])), complete: found.complete}
}
