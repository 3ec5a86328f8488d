import {luaString} from '../../text/lua-string.ts'
import type {Placement} from '../../facts/placement.ts'
import type {ModuleKey} from '../../module-key.ts'

/** A module and where it is to be enabled. */
export interface Enabled {
  /** source/name */
  readonly module: ModuleKey
  readonly name: string
  readonly where: Placement['where']
  /** Of in-component: the type of the component. */
  readonly component?: string | undefined
  /** Path of its main file from the project's folder. */
  readonly file: string
  /** Names of the options that it reads. */
  readonly options: readonly string[]
}

export const mainHost = 'localhost'
const mucHost = 'conference.localhost'

/** Hosts and what is enabled on each. */
export interface BootLayout {
  /** Name of a module → the host that it is enabled on; `*` for the whole server. */
  readonly hosts: ReadonlyMap<string, string>
  /** Host → storage driver. */
  readonly storage: ReadonlyMap<string, string>
  /** The part of the configuration that says so. */
  readonly config: string
}

export interface BootPaths {
  readonly probe: string
  readonly data: string
  readonly certificates: string
  readonly plugins: readonly string[]
  readonly httpPort: number
}

/** Every module on a host of the kind that it is for; what excludes each other is on hosts of its own. */
export function bootLayout(modules: readonly Enabled[]): BootLayout {
  const hosts = new Map<string, string>()
  const storage = new Map<string, string>()
  const own: string[] = []
  const components = new Components()
  for (const {name, where, component} of componentsFirst(modules)) {
    // Of one name Prosody loads one file, whoever it is from.
    if (hosts.has(name)) continue
    const host = hostFor({name, where, component}, components)
    hosts.set(name, host)
    const option = name.replace(/^(?:auth|storage)_/, '')
    if (where === 'authentication')
      own.push(`VirtualHost ${luaString(host)}\n\tauthentication = ${luaString(option)}\n`)
    if (where === 'storage') {
      storage.set(host, option)
      own.push(`VirtualHost ${luaString(host)}\n\tstorage = ${luaString(option)}\n`)
    }
  }
  const on = (host: string): string[] =>
    [...hosts].flatMap(([name, at]) => (at === host && components.types.get(name) !== host ? [name] : []))
  const config = [
    `modules_enabled = ${luaList([...usual, ...on('*')])}\n`,
    `VirtualHost ${luaString(mainHost)}\n\tmodules_enabled = ${luaList(on(mainHost))}\n`,
    `Component ${luaString(mucHost)} "muc"\n\tmodules_enabled = ${luaList(on(mucHost))}\n`,
    ...[...components.types].map(
      ([type, host]) =>
        `Component ${luaString(host)} ${luaString(type)}\n\tmodules_enabled = ${luaList(on(host))}\n`,
    ),
    ...own,
  ].join('\n')
  return {hosts, storage, config}
}

/** A component of a project is there before what is enabled under it. */
function componentsFirst(modules: readonly Enabled[]): Enabled[] {
  return [...modules].sort((a, b) => Number(b.where === 'component') - Number(a.where === 'component'))
}

/** Hosts that are used, and those of components by type. */
class Components {
  readonly types = new Map<string, string>()
  readonly taken = new Set([mainHost, mucHost])

  hostOf(type: string): string {
    const host = this.types.get(type) ?? unusedHost(type, this.taken)
    this.types.set(type, host)
    return host
  }
}

/** What every server has and modules take for granted. */
const usual = ['disco', 'roster', 'saslauth']

function hostFor(
  {name, where, component = 'muc'}: Pick<Enabled, 'name' | 'where' | 'component'>,
  components: Components,
): string {
  switch (where) {
    case 'global':
      return '*'
    case 'host':
      return mainHost
    case 'muc-component':
      return mucHost
    case 'component':
      return components.hostOf(name)
    case 'in-component':
      return components.hostOf(component)
    case 'authentication':
    case 'storage':
      return unusedHost(name, components.taken)
  }
}

function unusedHost(name: string, taken: Set<string>): string {
  const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const free = (count: number): string => {
    const host = `${label}${count === 1 ? '' : `-${count}`}.${mainHost}`
    return taken.has(host) ? free(count + 1) : host
  }
  const host = free(1)
  taken.add(host)
  return host
}

/** A whole configuration: on loopback alone, without ports but one for HTTP, and nothing outside of given paths. */
export function bootConfig(layout: BootLayout, paths: BootPaths): string {
  return `RunScript ${luaString(paths.probe)}

data_path = ${luaString(paths.data)}
pidfile = ${luaString(`${paths.data}/prosody.pid`)}
certificates = ${luaString(paths.certificates)}
plugin_paths = ${luaList(paths.plugins)}
log = { info = "*console" }

use_ipv6 = false
interfaces = { "127.0.0.1" }
local_interfaces = { "127.0.0.1" }
c2s_ports = {}
c2s_direct_tls_ports = {}
s2s_ports = {}
s2s_direct_tls_ports = {}
component_ports = {}
https_ports = {}
http_external_url = "https://localhost/"
http_ports = { ${paths.httpPort} }
unbound = { resolvconf = false; hoststxt = false; forward = "127.0.0.1" }

${layout.config}`
}

function luaList(values: readonly string[]): string {
  return `{ ${values.map((value) => `${luaString(value)};`).join(' ')} }`
}
