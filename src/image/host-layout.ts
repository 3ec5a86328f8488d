import type {Placement} from '../facts/placement.ts'
import type {HostSection, Options} from './prosody-config.ts'

/** A module, and where it is to be enabled. */
export interface PlacedModule {
  readonly name: string
  readonly where: Placement['where']
  /** Of in-component: the type of the component. */
  readonly component?: string | undefined
}

/** Hosts and what is enabled on each. */
export interface HostLayout {
  /** Name of a module → the host that it is enabled on; `*` for the whole server. */
  readonly hostOf: ReadonlyMap<string, string>
  /** Host → storage driver. */
  readonly storage: ReadonlyMap<string, string>
  /** Options of the whole server that say so. */
  readonly options: Options
  /** Sections of the configuration that say so. */
  readonly hosts: readonly HostSection[]
}

/**
 * Puts every module on a host of the kind that it is for; what excludes each other is on hosts of its own below
 * `domain`.
 */
export function hostLayout(modules: readonly PlacedModule[], domain: string): HostLayout {
  const hostOf = new Map<string, string>()
  const storage = new Map<string, string>()
  const own: HostSection[] = []
  const names = new HostNames(domain)
  for (const {name, where, component} of componentsFirst(modules)) {
    // Of one name Prosody loads one file, whoever it is from.
    if (hostOf.has(name)) continue
    const host = names.for({name, where, component})
    hostOf.set(name, host)
    const option = name.replace(/^(?:auth|storage)_/, '')
    if (where === 'authentication') own.push({host, options: {authentication: option}})
    if (where === 'storage') {
      storage.set(host, option)
      own.push({host, options: {storage: option}})
    }
  }
  const on = (host: string): string[] =>
    [...hostOf].flatMap(([name, at]) => (at === host && names.components.get(name) !== host ? [name] : []))
  const section = (host: string, component?: string): HostSection => ({
    host,
    component,
    options: {modules_enabled: on(host)},
  })
  return {
    hostOf,
    storage,
    options: {modules_enabled: [...usual, ...on('*')]},
    hosts: [
      section(names.main),
      section(names.muc, 'muc'),
      ...[...names.components].map(([type, host]) => section(host, type)),
      ...own,
    ],
  }
}

/** What every server has and modules take for granted. */
const usual = ['disco', 'roster', 'saslauth']

/** A component of a project is there before what is enabled under it. */
function componentsFirst(modules: readonly PlacedModule[]): PlacedModule[] {
  return [...modules].sort((a, b) => Number(b.where === 'component') - Number(a.where === 'component'))
}

/** Names of the hosts of a domain, each given once. */
class HostNames {
  readonly main: string
  readonly muc: string
  /** Type of a component → its host. */
  readonly components = new Map<string, string>()
  readonly #taken: Set<string>

  constructor(domain: string) {
    this.main = domain
    this.muc = `conference.${domain}`
    this.#taken = new Set([this.main, this.muc])
  }

  for({name, where, component = 'muc'}: PlacedModule): string {
    switch (where) {
      case 'global':
        return '*'
      case 'host':
        return this.main
      case 'muc-component':
        return this.muc
      case 'component':
        return this.#componentOf(name)
      case 'in-component':
        return this.#componentOf(component)
      case 'authentication':
      case 'storage':
        return this.#unused(name)
    }
  }

  #componentOf(type: string): string {
    const host = this.components.get(type) ?? this.#unused(type)
    this.components.set(type, host)
    return host
  }

  #unused(name: string): string {
    const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
    const free = (count: number): string => {
      const host = `${label}${count === 1 ? '' : `-${count}`}.${this.main}`
      return this.#taken.has(host) ? free(count + 1) : host
    }
    const host = free(1)
    this.#taken.add(host)
    return host
  }
}
