import {bareName, mainFile} from '../../../module-name.ts'
import {moduleKey} from '../../../module-key.ts'
import {placementOf} from '../../../facts/placement.ts'
import type {Registry} from '../../../registry/registry.ts'
import {nearestNames} from '../../../text/nearest.ts'
import {problem} from '../problem.ts'
import type {Problem} from '../types.ts'
import {factsOf, type ConfigurationWorld, type EnabledOn} from './world.ts'

/** Lists modules that are enabled and not there, and those that can't be loaded where they are enabled. */
export function moduleProblems(world: ConfigurationWorld, registry: Registry): Problem[] {
  const seen = new Set<string>()
  return world.enabled.flatMap((one) => {
    const found = missing(one, world, registry) ?? misplaced(one, world)
    // What the whole server has is told once, and not for each host.
    const key = `${one.file}:${one.line}:${one.name}`
    if (found === undefined || seen.has(key)) return []
    seen.add(key)
    return [found]
  })
}

/** The module that comes with every image. */
const given = new Set(['image_accounts'])

function missing(one: EnabledOn, world: ConfigurationWorld, registry: Registry): Problem | undefined {
  const {name, certain, file, line} = one
  if (isThere(name, world)) return undefined
  const bare = bareName(name)
  if (bare !== name && isThere(bare, world))
    return problem(['configuration', 'error'], `${name} is enabled: Prosody looks for mod_${name}`, {
      ...{path: file, line},
      hint: `write "${bare}"`,
    })
  const publishers = registry.publishers(bare)
  // What somebody publishes may well lie in another folder: docker-jitsi-meet's image brings Jitsi's modules, for one.
  const mayBeElsewhere = world.elsewhere.length > 0 || /(?:^|[/.])env$/.test(file)
  if (mayBeElsewhere && publishers.length > 0) return undefined
  const isSure = certain && world.elsewhere.length === 0
  const where = world.elsewhere.length === 0 ? '' : `, unless it lies in ${world.elsewhere.join(', ')}`
  return problem(
    ['configuration', isSure ? 'error' : 'warning'],
    `mod_${bare} is enabled (${one.by}), and is not installed${where}`,
    {path: file, line, hint: hintFor(bare, publishers, world)},
  )
}

function isThere(name: string, {parts, core}: ConfigurationWorld): boolean {
  return parts.has(name) || core.has(name) || given.has(name)
}

function hintFor(
  name: string,
  publishers: readonly string[],
  {parts, core}: ConfigurationWorld,
): string | null {
  const [near] = nearestNames(name, [...parts.keys(), ...core], 1)
  const meant = near === undefined ? undefined : `did you mean ${near}?`
  const specs = publishers.map((id) => moduleKey(id, name)).join(' or ')
  if (specs === '') return meant ?? null
  return `${meant === undefined ? '' : `${meant} or: `}prosody-mods add ${specs}`
}

/** By what its code insists on; that it is of no use somewhere is no reason not to load it. */
function misplaced(one: EnabledOn, world: ConfigurationWorld): Problem | undefined {
  const {on, name, file, line, by, inherited} = one
  const part = world.parts.get(name)
  const [main] = part === undefined ? [] : factsOf(part, world.code)
  if (on === null || part === undefined || main === undefined || by !== 'modules_enabled') return undefined
  const place = {path: file, line, module: part.keys[0] ?? null, part: part.isOfTree ? part.module : null}
  const types = new Set(main.hostTypes.map((type) => type.name))
  const own = on.kind === 'component' ? 'component' : 'local'
  const [only, ...others] = types
  if (only !== undefined && others.length === 0 && only !== own)
    return problem(
      ['configuration', 'error'],
      `mod_${name} is enabled on ${shownHost(on)}, and can only be loaded on ${only === 'local' ? 'a VirtualHost' : 'a Component'}`,
      {...place, hint: `line ${main.hostTypes[0]?.line ?? 0} of ${mainFile(name)} stops it`},
    )
  const moduleOf = (other: string) => {
    const found = world.parts.get(other)
    return found === undefined ? undefined : factsOf(found, world.code)[0]
  }
  const placement = placementOf(name, main, {libraries: factsOf(part, world.code).slice(1), moduleOf})
  if (placement.where !== 'muc-component' || on.module === 'muc' || on.module === null) {
    if (placement.where !== 'muc-component' || on.kind === 'component') return undefined
  }
  const needsRooms = placement.evidence.includes('module:depends "muc"')
  const hint = inherited
    ? 'a Component takes no modules of the whole server: enable it under the Component of the rooms'
    : 'enable it under the Component of the rooms'
  return problem(
    ['configuration', needsRooms ? 'error' : 'warning'],
    `mod_${name} is enabled on ${shownHost(on)}, and is about rooms: ${placement.evidence}`,
    {...place, hint},
  )
}

function shownHost({host, kind}: NonNullable<EnabledOn['on']>): string {
  const word = kind === 'component' ? 'Component' : 'VirtualHost'
  return host === null ? `a ${word}` : `${word} ${host}`
}
