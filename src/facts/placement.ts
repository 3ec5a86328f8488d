import type {FileFacts} from './fact-types.ts'
import {loadingOf, type Loading} from './loading.ts'

/** Where in Prosody's configuration a module is enabled, as far as its code shows. */
export interface Placement {
  readonly where:
    'authentication' | 'storage' | 'muc-component' | 'in-component' | 'component' | 'global' | 'host'
  /** Of in-component: the type of the component under which it is enabled. */
  readonly component?: string
  /** What in the code says so; for a person. */
  readonly evidence: string
}

/** What a placement is judged by beside the main file. */
export interface PlacementWorld {
  /** Facts of the libraries that it loads by module:require; undefined where they were not read. */
  readonly libraries?: readonly FileFacts[]
  /** Facts of the main file of another module; undefined where it is not known. */
  readonly moduleOf?: (name: string) => FileFacts | undefined
}

/** What decides first; a name only where the option's value is the rest of it. */
const order = [
  {loaded: 'authentication', where: 'authentication', byName: true},
  {loaded: 'storage', where: 'storage', byName: true},
  {loaded: 'global', where: 'global', byName: false},
  {loaded: 'muc', where: 'muc-component', byName: false},
  {loaded: 'in-component', where: 'in-component', byName: false},
  {loaded: 'component', where: 'component', byName: false},
  {loaded: 'host', where: 'host', byName: false},
] as const satisfies readonly {
  readonly loaded: Loading['where']
  readonly where: Placement['where']
  readonly byName: boolean
}[]

/**
 * Chooses the first of the places where a module can be loaded; host where nothing in its code tells.
 * @param facts those of the module's main file
 */
export function placementOf(name: string, facts: FileFacts, world: PlacementWorld = {}): Placement {
  return (
    placeIn(name, facts) ??
    placeByLibraries(world.libraries ?? []) ??
    placeByNeeds(name, facts, world) ?? {where: 'host', evidence: undecided(name, facts, world)}
  )
}

function placeIn(name: string, facts: FileFacts): Placement | undefined {
  const loading = loadingOf(name, facts)
  for (const {loaded, where, byName} of order) {
    const found = loading.find((one) => one.where === loaded && (!byName || one.line === null))
    if (found === undefined) continue
    const {component} = found
    return {where, ...(component === undefined ? {} : {component}), evidence: evidenceOf(found)}
  }
  return undefined
}

function evidenceOf({line, evidence}: Loading): string {
  return line === null ? evidence : `line ${line}: ${evidence}`
}

/** What a library does, it does on the host of the module that loads it. */
function placeByLibraries(libraries: readonly FileFacts[]): Placement | undefined {
  for (const facts of libraries) {
    const found = placeIn('', facts)
    if (found?.where === 'muc-component' || found?.where === 'in-component')
      return {...found, evidence: `${found.evidence}, in a library of it`}
  }
  return undefined
}

/** module:depends loads a module on the same host, so what that one is for, this one is for. */
function placeByNeeds(name: string, facts: FileFacts, {moduleOf}: PlacementWorld): Placement | undefined {
  if (moduleOf === undefined) return undefined
  const seen = new Set([name])
  const open = dependencies(facts).map((one) => ({...one, by: one}))
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const {name: needed, by} = next
    const other = seen.has(needed) ? undefined : moduleOf(needed)
    seen.add(needed)
    if (other === undefined) continue
    const found = followed(needed, placeIn(needed, other))
    if (found !== undefined)
      return {...found, evidence: `line ${by.line}: module:depends "${by.name}", and ${found.evidence}`}
    open.push(...dependencies(other).map((one) => ({...one, by})))
  }
  return undefined
}

function followed(needed: string, place: Placement | undefined): Placement | undefined {
  if (place?.where === 'muc-component' || place?.where === 'in-component')
    return {...place, evidence: `mod_${needed} is for rooms or a component (${place.evidence})`}
  if (place?.where !== 'component') return undefined
  return {
    where: 'in-component',
    component: needed,
    evidence: `mod_${needed} is a component (${place.evidence})`,
  }
}

function dependencies({depends}: FileFacts): {readonly name: string; readonly line: number}[] {
  return depends.flatMap(({name, line, on, optional, conditional}) =>
    name === null || on !== 'module' || optional || conditional ? [] : [{name, line}],
  )
}

/** Why nothing was found: that nothing ties it to a component is said only where all was seen. */
function undecided(name: string, facts: FileFacts, world: PlacementWorld): string {
  return (
    roomsElsewhere(facts) ??
    unknownNeed(facts, world) ??
    computedHook(facts) ??
    (name.startsWith('muc_')
      ? 'nothing in its code says on which host; its name is about rooms'
      : undefined) ??
    (facts.libraries.length > 0 && world.libraries === undefined
      ? 'nothing in its main file ties it to a component'
      : 'nothing in its code ties it to a component')
  )
}

/** Whoever hooks rooms' events by a context minds rooms of a host that a setting names. */
function roomsElsewhere({hooks, hostModules, provides, depends}: FileFacts): string | undefined {
  const rooms = hooks.find(({on, name}) => on === 'context' && name?.startsWith('muc-') === true)
  if (rooms !== undefined)
    return `line ${rooms.line}: hooks "${rooms.name ?? ''}" on another host than its own`
  const muc = hostModules.find(({on, name}) => on === 'context' && name === 'muc')
  if (muc !== undefined) return `line ${muc.line}: takes mod_muc of another host than its own`
  const other = [...hooks.filter(({by}) => by !== 'add_handler'), ...provides, ...depends].find(
    ({on}) => on === 'context',
  )
  return other && `line ${other.line}: works on another host than its own`
}

/** Modules of Prosody's own that are loaded on hosts of users or on any. */
const plain =
  /^(?:adhoc|admin_(?:adhoc|shell|socket|telnet)|announce|blocklist|bookmarks|bosh|c2s|carbons|cloud_notify|cron|csi|csi_simple|debug_reset|dialback|disco|external_services|flags|groups|http|http_(?:altconnect|errors|files|openmetrics)|invites(?:_adhoc|_register)?|lastactivity|mam|mimicking|offline|pep|pep_simple|ping|posix|presence|private|register(?:_ibr|_limits)?|roster|s2s|saslauth|server_contact_info|server_info|smacks|time|tls|tokenauth|tombstones|turn_external|uptime|user_account_management|vcard|vcard4|vcard_legacy|version|watchregistrations|websocket|welcome)$/

function unknownNeed(facts: FileFacts, {moduleOf}: PlacementWorld): string | undefined {
  const unknown = dependencies(facts).find(({name}) => !plain.test(name) && moduleOf?.(name) === undefined)
  return unknown && `line ${unknown.line}: it belongs where mod_${unknown.name} does, which it depends on`
}

function computedHook({hooks}: FileFacts): string | undefined {
  const computed = hooks.find(({name, on, by}) => name === null && on === 'module' && by === 'hook')
  return computed && `line ${computed.line}: hooks an event whose name is computed, so nothing is certain`
}
