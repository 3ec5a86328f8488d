import {ownValue} from '../own-value.ts'
import type {FileFacts} from './fact-types.ts'

/** A place where Prosody can load a module, and what in its code says so. */
export interface Loading {
  /**
   * Where it is loaded: global: for the whole server; host: a VirtualHost, or any host; muc: a component of type muc;
   * in-component: a component of another type; component: one that is named after the module; authentication, storage:
   * by their options; command: `prosodyctl mod_<name>`.
   */
  readonly where:
    'global' | 'host' | 'muc' | 'in-component' | 'component' | 'authentication' | 'storage' | 'command'
  /** Of in-component: the component's type. */
  readonly component?: string
  /** What in the code says so, for a person. */
  readonly evidence: string
  /** Line of that code, from 1; null where the name of the module is the evidence. */
  readonly line: number | null
}

type Evidence = Omit<Loading, 'where'>

/** Events that a server fires on hosts with users, and on no component. */
const userEvents =
  /^(?:resource-|c2s-|authentication-|user-|presence\/initial|roster-|message\/offline|s2sout-|s2sin-)/

/** Modules of Prosody's own that are, or belong to, a component of type muc. */
const roomModules = /^muc(?:_mam|_unique)?$/
const ofPubsub = /^pubsub$/

interface Sign {
  readonly where: Loading['where']
  readonly find: (facts: FileFacts, name: string) => readonly Evidence[]
}

/** Of one place, the sign on the first line counts; of several signs on it, the one that stands first here. */
const signs: readonly Sign[] = [
  {where: 'authentication', find: (_, name) => named(name.startsWith('auth_'), 'begins with auth_')},
  {where: 'storage', find: (_, name) => named(name.startsWith('storage_'), 'begins with storage_')},
  {where: 'global', find: ({api}) => called(api, 'set_global')},
  // Only a module of the whole server is told of hosts.
  {where: 'global', find: ({defines}) => defined(defines, 'add_host')},
  {where: 'command', find: ({defines}) => defined(defines, 'command')},
  {where: 'muc', find: ({depends}) => about('module:depends', own(depends), roomModules)},
  {where: 'muc', find: ({hooks}) => about('module:hook', onOwnHost(hooks), /^muc-/)},
  {where: 'muc', find: ({hostModules}) => taken(own(hostModules), roomModules)},
  {where: 'muc', find: ({shared}) => about('module:shared', shared, /^muc\/[^/]+$/)},
  {where: 'in-component', find: ({depends}) => about('module:depends', certain(own(depends)), ofPubsub)},
  {where: 'in-component', find: ({hostModules}) => taken(own(hostModules), ofPubsub)},
  {where: 'in-component', find: ({shared}) => about('module:shared', shared, /^pubsub\/[^/]+$/)},
  {where: 'component', find: ({depends}) => about('module:depends', own(depends), /^component$/)},
  {where: 'component', find: ({api}) => called(api, 'set_component_inheritable')},
  {where: 'component', find: ({hostTypes}) => insisting(hostTypes, 'component')},
  {where: 'component', find: (_, name) => named(name.endsWith('_component'), 'ends with _component')},
  {where: 'component', find: besideRooms},
  {where: 'host', find: ({hostTypes}) => insisting(hostTypes, 'local')},
  {where: 'host', find: ({hooks}) => about('module:hook', onOwnHost(hooks), userEvents)},
  {where: 'authentication', find: ({provides}) => about('module:provides', own(provides), /^auth$/)},
  {where: 'storage', find: ({provides}) => about('module:provides', own(provides), /^storage$/)},
]

/** Places that a module can't be loaded in which stops unless its host is of a type. */
const excluded: Readonly<Record<string, readonly Loading['where'][]>> = {
  local: ['muc', 'in-component', 'component'],
  component: ['host'],
}

/** Lists where a module can be loaded as far as its main file shows, each place once; [] where nothing tells. */
export function loadingOf(name: string, facts: FileFacts): Loading[] {
  const found = new Map<Loading['where'], Loading>()
  const impossible = facts.hostTypes.flatMap((type) => ownValue(excluded, type.name) ?? [])
  for (const {where, find} of signs) {
    if (impossible.includes(where)) continue
    const component = where === 'in-component' ? {component: 'pubsub'} : {}
    for (const evidence of find(facts, name)) {
      const before = found.get(where)
      if (before === undefined || isEarlier(evidence, before))
        found.set(where, {where, ...evidence, ...component})
    }
  }
  return [...found.values()]
}

/** A line tells more than a name, but for names that an option is made of. */
function isEarlier({line}: Evidence, before: Loading): boolean {
  if (before.line === null || line === null) return false
  return line < before.line
}

function named(isIt: boolean, part: string): readonly Evidence[] {
  return isIt ? [{evidence: `its name ${part}`, line: null}] : []
}

function called(api: FileFacts['api'], method: string): readonly Evidence[] {
  const line = Object.hasOwn(api, method) ? api[method] : undefined
  return line === undefined ? [] : [{evidence: `module:${method}()`, line}]
}

function defined(defines: FileFacts['defines'], name: string): readonly Evidence[] {
  return defines
    .filter((one) => one.name === name)
    .map(({line}) => ({evidence: `function module.${name}`, line}))
}

function insisting(types: FileFacts['hostTypes'], type: string): readonly Evidence[] {
  return types
    .filter(({name}) => name === type)
    .map(({line}) => ({evidence: `stops unless module:get_host_type() is "${type}"`, line}))
}

/**
 * Jitsi's way: who is told of the rooms' host by `muc_component` is not on it, and what is sent to the module's own
 * address has to reach it. All that do so are components of their own, as in Jitsi's example (doc/debian) and in
 * docker-jitsi-meet's template.
 */
function besideRooms({options, hooks}: FileFacts): readonly Evidence[] {
  const option = own(options).find(({name}) => name === 'muc_component')
  const hook = onOwnHost(hooks).find(({name}) => /^(?:iq|message|presence)\/host$/.test(name ?? ''))
  if (option === undefined || hook === undefined) return []
  return [{evidence: `reads muc_component, and hooks "${hook.name ?? ''}"`, line: option.line}]
}

/** What a module does on another host says nothing about its own. */
function own<T extends {readonly on: 'module' | 'context'}>(facts: readonly T[]): readonly T[] {
  return facts.filter(({on}) => on === 'module')
}

/** Without those that it does without, or asks for under a condition. */
function certain(depends: FileFacts['depends']): FileFacts['depends'] {
  return depends.filter(({optional, conditional}) => !optional && !conditional)
}

function taken(modules: FileFacts['hostModules'], pattern: RegExp): readonly Evidence[] {
  const first = modules.find(({name}) => pattern.test(name))
  return first === undefined ? [] : [{evidence: `takes mod_${first.name} of its own host`, line: first.line}]
}

function onOwnHost(hooks: FileFacts['hooks']): FileFacts['hooks'] {
  return own(hooks).filter(({by}) => by !== 'hook_global' && by !== 'wrap_global')
}

function about(
  method: string,
  facts: readonly {readonly name: string | null; readonly line: number}[],
  pattern: RegExp,
): readonly Evidence[] {
  const first = facts.find(({name}) => name !== null && pattern.test(name))
  return first === undefined ? [] : [{evidence: `${method} "${first.name ?? ''}"`, line: first.line}]
}
