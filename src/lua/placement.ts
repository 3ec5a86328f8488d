import type {FileFacts} from './fact-types.ts'
import {loadingOf, type Loading} from './loading.ts'

/** Where in Prosody's configuration a module is enabled, as far as its code shows. */
export interface Placement {
  readonly where: 'authentication' | 'storage' | 'muc-component' | 'component' | 'global' | 'host'
  /** What in the code says so; for a person. */
  readonly evidence: string
}

/** What decides first; a name only where the option's value is the rest of it. */
const order = [
  {loaded: 'authentication', where: 'authentication', byName: true},
  {loaded: 'storage', where: 'storage', byName: true},
  {loaded: 'global', where: 'global', byName: false},
  {loaded: 'muc', where: 'muc-component', byName: false},
  {loaded: 'component', where: 'component', byName: false},
  {loaded: 'host', where: 'host', byName: false},
] as const satisfies readonly {
  readonly loaded: Loading['where']
  readonly where: Placement['where']
  readonly byName: boolean
}[]

/**
 * The first of the places where a module can be loaded.
 * @param facts those of the module's main file
 */
export function placementOf(name: string, facts: FileFacts): Placement {
  const loading = loadingOf(name, facts)
  for (const {loaded, where, byName} of order) {
    const found = loading.find((one) => one.where === loaded && (!byName || one.line === null))
    if (found !== undefined) return {where, evidence: evidenceOf(found)}
  }
  return {where: 'host', evidence: roomsElsewhere(facts) ?? 'nothing in its code ties it to a component'}
}

function evidenceOf({line, evidence}: Loading): string {
  return line === null ? evidence : `line ${line}: ${evidence}`
}

/** Whoever hooks rooms' events by a context minds rooms of a host that a setting names. */
function roomsElsewhere({hooks}: FileFacts): string | undefined {
  const rooms = hooks.find(({on, name}) => on === 'context' && name?.startsWith('muc-') === true)
  return rooms && `line ${rooms.line}: hooks "${rooms.name ?? ''}" on another host than its own`
}
