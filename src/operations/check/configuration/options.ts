import type {OptionFact, OptionType} from '../../../facts/fact-types.ts'
import type {ConfigSetting} from '../../../prosody/config/types.ts'
import type {Registry} from '../../../registry/registry.ts'
import {nearestSpellings} from '../../../text/nearest.ts'
import {problem} from '../problem.ts'
import type {Problem} from '../types.ts'
import {wrongType} from './option-types.ts'
import {factsOf, type ConfigurationWorld} from './world.ts'

/** Lists options that nothing reads, and those that are not of the type as which they are read. */
export function optionProblems(world: ConfigurationWorld, registry: Registry): Problem[] {
  const readers = readersIn(world)
  const seen = new Set<string>()
  return world.configuration.sections
    .flatMap(({settings}) => settings)
    .flatMap((setting) => {
      const found = typeProblem(setting, readers) ?? unreadProblem(setting, {world, readers, registry})
      const key = `${setting.file}:${setting.line}:${setting.name}`
      if (found === undefined || seen.has(key)) return []
      seen.add(key)
      return [found]
    })
}

interface Readers {
  /** Of each option, as what it is read, by Prosody and by modules that are enabled. */
  readonly enabled: ReadonlyMap<string, readonly OptionType[]>
  readonly values: ReadonlyMap<string, readonly (readonly string[])[]>
  /** Options of modules that nothing enables, with one of them. */
  readonly idle: ReadonlyMap<string, string>
  /** Names in which something is computed, as patterns. */
  readonly patterns: readonly RegExp[]
  /** Whether a module that is enabled reads options whose names are computed. */
  readonly isOpen: boolean
}

function readersIn(world: ConfigurationWorld): Readers {
  const enabled = new Map<string, OptionType[]>()
  const values = new Map<string, (readonly string[])[]>()
  const idle = new Map<string, string>()
  const patterns: RegExp[] = []
  let isOpen = false
  for (const [name, type] of world.coreOptions) {
    if (name.includes('*')) patterns.push(new RegExp(`^${name.replaceAll('*', '.*')}$`))
    else enabled.set(name, [type])
  }
  for (const part of world.parts.values()) {
    const options = factsOf(part, world.code).flatMap((facts) => facts.options)
    for (const one of options) {
      if (one.name === null) isOpen ||= part.enabled !== false
      else if (part.enabled === false) idle.set(one.name, part.name)
      else {
        enabled.set(one.name, [...(enabled.get(one.name) ?? []), one.type])
        if (isEnum(one)) values.set(one.name, [...(values.get(one.name) ?? []), one.values])
      }
    }
  }
  return {enabled, values, idle, patterns, isOpen}
}

function isEnum({type, values}: OptionFact): boolean {
  return type === 'enum' && values.length > 0
}

function typeProblem(setting: ConfigSetting, {enabled, values}: Readers): Problem | undefined {
  const types = new Set(enabled.get(setting.name))
  const [type, ...others] = types
  if (type === undefined || others.length > 0) return undefined
  const why = wrongType(setting, type, values.get(setting.name)?.flat() ?? [])
  if (why === undefined) return undefined
  const {name, file, line} = setting
  return problem(['configuration', 'error'], `${name} is ${why.is}, and has to be ${why.shall}`, {
    path: file,
    line,
  })
}

/** What Prosody's own code sets, and what a host is. */
const own = new Set(['defined', 'component_module', 'load_global_modules'])

interface Surroundings {
  readonly world: ConfigurationWorld
  readonly readers: Readers
  readonly registry: Registry
}

function unreadProblem(
  setting: ConfigSetting,
  {world, readers, registry}: Surroundings,
): Problem | undefined {
  const {name, value, file, line} = setting
  const isRead =
    readers.enabled.has(name) ||
    own.has(name) ||
    readers.patterns.some((pattern) => pattern.test(name)) ||
    world.configuration.reads.includes(name) ||
    registry.deprecations.some((one) => one.kind === 'option' && one.name === name)
  if (isRead || (value.kind === 'unknown' && value.text === 'a function')) return undefined
  const place = {path: file, line}
  const idle = readers.idle.get(name)
  if (idle !== undefined) {
    const message = `${name} is set, and only mod_${idle} reads it, which nothing enables`
    return problem(['configuration', 'note'], message, place)
  }
  if (isNamedIn(name, world)) return undefined
  const [near] = nearestSpellings(name, readers.enabled.keys())
  const [other] = registry.readersOf(name)
  if (other !== undefined) {
    if (world.isOpen || readers.isOpen || world.elsewhere.length > 0) return undefined
    const message = `${name} is set, and nothing that is enabled reads it: ${other} does`
    return problem(['configuration', 'note'], message, place)
  }
  const isSure = !world.isOpen && !readers.isOpen && world.elsewhere.length === 0
  if (near === undefined && !isSure) return undefined
  return problem(['configuration', 'warning'], `${name} is set, and nothing that is enabled reads it`, {
    ...place,
    hint: near === undefined ? null : `did you mean ${near}?`,
  })
}

/** Code may come to a name by another way than those that are known. */
function isNamedIn(name: string, {code}: ConfigurationWorld): boolean {
  if (!/^\w+$/.test(name)) return true
  const word = new RegExp(`\\b${name}\\b`)
  return [...code.bytes].some(([path, bytes]) => path.endsWith('.lua') && word.test(bytes.toString('latin1')))
}
