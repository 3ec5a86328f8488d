import type {FileFacts} from './fact-types.ts'

/** A place where Prosody can load a module, and what in its code says so. */
export interface Loading {
  /**
   * global: for the whole server; host: a VirtualHost, or any host; muc: a component of type muc; component: one that is
   * named after the module; authentication, storage: by their options; command: `prosodyctl mod_<name>`.
   */
  readonly where: 'global' | 'host' | 'muc' | 'component' | 'authentication' | 'storage' | 'command'
  /** For a person. */
  readonly evidence: string
  /** From 1; null where the name of the module is the evidence. */
  readonly line: number | null
}

type Sign = (facts: FileFacts) => readonly (Omit<Loading, 'where'> & {readonly line: number})[]

/** Events that a server fires on hosts with users, and on no component. */
const userEvents =
  /^(?:resource-|c2s-|authentication-|user-|presence\/initial|roster-|message\/offline|s2sout-|s2sin-)/

const signs: readonly (readonly [where: Loading['where'], sign: Sign])[] = [
  ['global', ({api}) => called(api, 'set_global')],
  ['global', ({defines}) => defined(defines, 'add_host')],
  ['command', ({defines}) => defined(defines, 'command')],
  ['muc', ({depends}) => named('module:depends', depends, /^muc$/)],
  ['muc', ({libraries}) => named('module:require', libraries, /^muc\//)],
  ['muc', ({hooks}) => named('module:hook', ownHooks(hooks), /^muc-/)],
  ['component', ({depends}) => named('module:depends', depends, /^component$/)],
  ['component', ({api}) => called(api, 'set_component_inheritable')],
  ['host', ({hooks}) => named('module:hook', ownHooks(hooks), userEvents)],
  ['authentication', ({provides}) => named('module:provides', provides, /^auth$/)],
  ['storage', ({provides}) => named('module:provides', provides, /^storage$/)],
]

/** Where a module can be loaded as far as its main file shows, each place once; [] where nothing tells. */
export function loadingOf(name: string, facts: FileFacts): Loading[] {
  const found = [
    ...byName(name),
    ...signs.flatMap(([where, sign]) => sign(facts).map((one) => ({where, ...one}))),
  ]
  return found.filter((one, index) => found.findIndex(({where}) => where === one.where) === index)
}

function byName(name: string): Loading[] {
  const at = (where: Loading['where'], part: string): Loading[] => [
    {where, evidence: `its name ${part}`, line: null},
  ]
  if (name.startsWith('auth_')) return at('authentication', 'begins with auth_')
  if (name.startsWith('storage_')) return at('storage', 'begins with storage_')
  return name.endsWith('_component') ? at('component', 'ends with _component') : []
}

function called(api: FileFacts['api'], method: string): ReturnType<Sign> {
  const line = Object.hasOwn(api, method) ? api[method] : undefined
  return line === undefined ? [] : [{evidence: `module:${method}()`, line}]
}

function defined(defines: FileFacts['defines'], name: string): ReturnType<Sign> {
  return defines
    .filter((one) => one.name === name)
    .map(({line}) => ({evidence: `function module.${name}`, line}))
}

/** What a module hooks on another host says nothing about its own. */
function ownHooks(hooks: FileFacts['hooks']): FileFacts['hooks'] {
  return hooks.filter(({on}) => on === 'module')
}

function named(
  method: string,
  facts: readonly {readonly name: string | null; readonly line: number}[],
  pattern: RegExp,
): ReturnType<Sign> {
  const first = facts.find(({name}) => name !== null && pattern.test(name))
  return first === undefined ? [] : [{evidence: `${method} "${first.name ?? ''}"`, line: first.line}]
}
