import {enabledModules} from '../../src/prosody/config/enabled.ts'
import {hostsIn, optionFor, type ConfigHost} from '../../src/prosody/config/effective.ts'
import type {Configuration, ConfigTable, ConfigValue} from '../../src/prosody/config/types.ts'

/** A value as fixtures/config/dump.lua writes it: strings as hexadecimal digits. */
type Dumped =
  | {readonly kind: 'boolean'; readonly value: boolean}
  | {readonly kind: 'number' | 'string'; readonly value: string}
  | {readonly kind: 'table'; readonly pairs: readonly (readonly [Dumped, Dumped])[] | null}
  | {readonly kind: 'other'}

/** What Prosody has read of a configuration. */
export interface ConfigAnswer {
  readonly error?: string
  readonly hosts?: readonly {
    readonly host: string
    readonly options: readonly {readonly name: string; readonly value: Dumped}[] | null
    readonly modules: readonly string[] | null
  }[]
}

/** How a reading compares with Prosody's. */
export interface Compared {
  /** Where they contradict each other. */
  readonly wrong: readonly string[]
  /** Values that are known, and equal. */
  readonly known: number
  /** Options that are told as not known. */
  readonly unknown: number
  /** Modules that are known of hosts. */
  readonly modules: number
}

/** Compares all that is told of a configuration with what Prosody has read. */
export function comparedWith(ours: Configuration, theirs: ConfigAnswer): Compared {
  const comparison = new Comparison(ours)
  comparison.run(theirs)
  return comparison
}

const unhex = (digits: string): string => Buffer.from(digits, 'hex').toString('utf8')
/** Prosody sets them by itself. */
const implicit = new Set(['defined', 'component_module', 'load_global_modules'])
/** What a list has that is no text is no module. */
const notNamed = /^(?:table: .*|true|false|-?[\d.]+)$/
const autoload = new Set('posix presence message iq offline c2s s2s s2s_auth_certs'.split(' '))

class Comparison implements Compared {
  readonly wrong: string[] = []
  known = 0
  unknown = 0
  modules = 0
  readonly #ours: Configuration

  constructor(ours: Configuration) {
    this.#ours = ours
  }

  run({error, hosts}: ConfigAnswer): void {
    const {problems} = this.#ours
    const told = JSON.stringify(this.#ours.sections)
    const isSure = this.#ours.unknown.length === 0 && !/"unknown"|"certain":false/.test(told)
    if (error !== undefined) {
      if (problems.length === 0 && isSure) this.wrong.push(`Prosody stops: ${error}`)
      return
    }
    for (const {message, line} of problems) this.wrong.push(`Prosody does not stop: ${line}: ${message}`)
    const theirs = new Map(hosts?.map((one) => [unhex(one.host), one]))
    const optionsOf = (host: string): Map<string, Dumped> =>
      new Map(theirs.get(host)?.options?.map(({name, value}) => [unhex(name), value]))
    const global = optionsOf('*')
    this.#host(null, global, new Map())
    for (const host of hostsIn(this.#ours)) {
      const own = theirs.get(host.host ?? '')
      if (host.host === null) continue
      if (own === undefined) {
        if (host.certain) this.wrong.push(`Prosody has no host ${host.host}`)
        continue
      }
      this.#host(host, optionsOf(host.host), global)
      this.#modulesOf(host, own.modules?.map(unhex))
    }
    const named = new Set(hostsIn(this.#ours).map(({host}) => host))
    for (const host of theirs.keys())
      if (host !== '*' && !named.has(host) && !named.has(null)) this.wrong.push(`${host} is not told of`)
  }

  #host(
    host: ConfigHost | null,
    own: ReadonlyMap<string, Dumped>,
    global: ReadonlyMap<string, Dumped>,
  ): void {
    const sections = this.#ours.sections.filter(({kind}) => kind !== 'host' && kind !== 'component')
    const told = [...sections, ...(host?.sections ?? [])].flatMap(({settings}) =>
      settings.map(({name}) => name),
    )
    for (const name of new Set([...own.keys(), ...global.keys(), ...told])) {
      if (implicit.has(name)) continue
      const at = `${host?.host ?? '*'} ${name}`
      const real = own.get(name) ?? global.get(name)
      const found = optionFor(this.#ours, host, name)
      if (found === undefined) {
        if (real === undefined) continue
        if (this.#ours.unknown.some(({kind}) => kind === 'option' || kind === 'include')) this.unknown += 1
        else this.wrong.push(`${at}: it is set, and not told of`)
      } else if (found.value.kind === 'unknown') this.unknown += 1
      else this.#value(at, found.value, real)
    }
    const module = own.get('component_module')
    if (host?.kind !== 'component' || host.module === null || module?.kind !== 'string') return
    if (unhex(module.value) !== host.module) this.wrong.push(`${host.host ?? ''} is of type ${host.module}`)
  }

  #value(at: string, ours: ConfigValue, real: Dumped | undefined): void {
    if (ours.kind === 'unknown') return
    if (ours.kind === 'table' && real?.kind === 'table') {
      this.#table(at, ours, real.pairs ?? [])
      return
    }
    this.known += 1
    if (shownOurs(ours) !== shownReal(real))
      this.wrong.push(`${at}: ${shownOurs(ours)}, and it is ${shownReal(real)}`)
  }

  #table(at: string, ours: ConfigTable, pairs: readonly (readonly [Dumped, Dumped])[]): void {
    const real = new Map(pairs.map(([key, value]) => [shownReal(key), value]))
    const isKnown = ours.items.findIndex(({certain}) => !certain)
    const items = isKnown < 0 ? ours.items : ours.items.slice(0, isKnown)
    const keys = new Set<string>()
    for (const [index, {value, certain}] of items.entries()) {
      keys.add(String(index + 1))
      if (certain) this.#value(`${at}[${index + 1}]`, value, real.get(String(index + 1)))
    }
    for (const {name, value, certain} of ours.fields) {
      const key = typeof name === 'string' ? JSON.stringify(name) : String(name)
      keys.add(key)
      if (certain) this.#value(`${at}.${key}`, value, real.get(key))
    }
    if (ours.complete)
      for (const key of real.keys())
        if (!keys.has(key)) this.wrong.push(`${at}.${key}: it is there, and not told of`)
  }

  #modulesOf(host: ConfigHost, names: readonly string[] | undefined): void {
    if (names === undefined) return
    const {modules, complete} = enabledModules(this.#ours, host)
    const own = modules.filter(
      ({by, name}) => by === 'modules_enabled' && !autoload.has(name) && !notNamed.test(name),
    )
    const theirs = new Set(names.filter((name) => !autoload.has(name) && !notNamed.test(name)))
    for (const {name, certain} of own) {
      this.modules += Number(certain)
      if (certain && !theirs.has(name)) this.wrong.push(`${host.host ?? ''} has no module ${name}`)
    }
    const told = new Set(own.map(({name}) => name))
    if (complete)
      for (const name of theirs)
        if (!told.has(name)) this.wrong.push(`${host.host ?? ''} has the module ${name}, too`)
  }
}

function shownOurs(value: ConfigValue): string {
  if (value.kind === 'string') return JSON.stringify(value.value)
  if (value.kind === 'nil' || value.kind === 'table' || value.kind === 'unknown') return value.kind
  return String(value.value)
}

function shownReal(value: Dumped | undefined): string {
  if (value === undefined) return 'nil'
  if (value.kind === 'string') return JSON.stringify(unhex(value.value))
  if (value.kind === 'number') return String(Number(value.value))
  return value.kind === 'boolean' ? String(value.value) : value.kind
}
