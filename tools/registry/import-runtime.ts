import {readdirSync, readFileSync, statSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import type * as Ast from 'luaparse'
import {ProsodyModsError} from '../../src/errors.ts'
import type {OptionType} from '../../src/facts/fact-types.ts'
import {factsOf} from '../../src/facts/facts.ts'
import {nodesBelow} from '../../src/lint/rules/walk.ts'
import {fold, type Folding} from '../../src/lua/fold.ts'
import {scopesOf} from '../../src/lua/scopes.ts'

import {readSyntax} from '../../src/lua/syntax.ts'
import type {ProsodyRuntime} from '../../src/registry/types.ts'

interface Source {
  /** From Prosody's own folder. */
  readonly path: string
  readonly bytes: Buffer
  readonly chunk: Ast.Chunk
  readonly folding: Folding
}

/** Names behind `iq/`, `pre-message/` and so on are put together from a stanza's kind and its address. */
const stanzaEvents = ['iq', 'message', 'presence'].flatMap((name) =>
  ['bare', 'full', 'host', 'self'].flatMap((to) => [`${name}/${to}`, `pre-${name}/${to}`]),
)

/**
 * Reads what modules find around them off Prosody's own sources: events that something there fires or waits for, global
 * variables, fields and functions of `module`, methods that core modules add to it, options that are read.
 * @param folder with core/, util/ and modules/, as Debian's /usr/lib/prosody
 * @param programs that lie elsewhere, of which the options count: prosody and prosodyctl, as in Debian's /usr/bin
 */
export function readRuntime(folder: string, line: string, programs: readonly string[] = []): ProsodyRuntime {
  const sources = luaFilesIn(folder).map((path) => readSource(folder, path))
  const manager = sources.filter(({path}) => path === 'core/modulemanager.lua')
  const api = sources.filter(({path}) => path === 'core/moduleapi.lua')
  const startup = sources.filter(({path}) => path === 'util/startup.lua')
  if (manager.length + api.length + startup.length !== 3) {
    throw new ProsodyModsError('USAGE', `${folder} has no sources of Prosody`, {
      hint: 'give the folder with core/, util/ and modules/',
    })
  }
  const modules = sources.filter(({path}) => path.startsWith('modules/'))
  return {
    line,
    globals: sorted([
      ...startup.flatMap(namesSet),
      ...sources.filter(({path}) => !path.startsWith('modules/')).flatMap(fieldsOfGlobals),
    ]),
    moduleFields: sorted([...manager.flatMap(instanceFields), ...api.flatMap(ownFields)]),
    moduleFunctions: sorted([
      ...manager.flatMap((one) => calledWith(one, ['module_has_method', 'call_module_method'], 1)),
      // prosodyctl's own
      'command',
    ]),
    moduleApiOf: Object.fromEntries(modules.flatMap(apiAdded).sort()),
    events: sorted([
      ...stanzaEvents,
      ...sources.flatMap((one) => [
        ...calledWith(one, ['fire_event', 'run_event'], 0),
        ...calledWith(one, ['hook', 'hook_global', 'wrap_event', 'wrap_global', 'add_handler'], 0),
        ...calledWith(one, ['hook_object_event', 'wrap_object_event'], 1),
      ]),
    ]),
    options: optionsRead(
      sources,
      programs.map((program) => readSource(dirname(program), basename(program))),
    ),
  }
}

/**
 * By name: the type as which they are read; `any` where there are several, and where Prosody itself reads them, which
 * says nothing where a module has a type for them.
 */
function optionsRead(sources: readonly Source[], programs: readonly Source[]): Record<string, OptionType> {
  const types = new Map<string, OptionType>()
  const add = (name: string, type: OptionType): void => {
    types.set(name, types.has(name) && types.get(name) !== type ? 'any' : type)
  }
  for (const source of sources) {
    const name = /(?:^|\/)mod_([^/]+)\.lua$/.exec(source.path)?.[1]
    const {facts} = factsOf(source.bytes, name)
    for (const one of facts?.options ?? []) if (one.name !== null) add(one.name, one.type)
    for (const one of calledWith(source, optionMethods, 0)) if (one.includes('*')) add(one, 'any')
    for (const one of calledWith(source, getters, 1)) if (optionName.test(one)) add(one, 'any')
  }
  for (const name of [...sources, ...programs].flatMap(readOtherwise)) if (!types.has(name)) add(name, 'any')
  return Object.fromEntries([...types].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Options that are read in ways of which a module's facts say nothing. */
function readOtherwise(source: Source): readonly string[] {
  const raw = [...calledWith(source, getters, 1), ...calledByAlias(source, 1), ...ofHost(source)]
  return [...raw.filter((name) => optionName.test(name)), ...calledWith(source, optionMethods, 0)]
}

/** Arguments of calls of locals that are `get` or `rawget` of Prosody's configuration. */
function calledByAlias(source: Source, index: number): string[] {
  const {scopes} = source.folding
  const isGetter = ({base}: Ast.CallExpression): boolean => {
    const initial = base.type === 'Identifier' ? scopes.get(base)?.initial : undefined
    return initial?.type === 'MemberExpression' && getters.includes(initial.identifier.name)
  }
  return argumentsOf(source, isGetter, index)
}

/** Fields of `host_config`, as core/hostmanager.lua calls all that is set for a host. */
function ofHost({chunk}: Source): string[] {
  return [...nodesIn(chunk)].flatMap((node) =>
    node.type === 'MemberExpression' && node.base.type === 'Identifier' && node.base.name === 'host_config'
      ? [node.identifier.name]
      : [],
  )
}

const getters: readonly string[] = ['get', 'rawget']

const optionName = /^(?:\*_?[a-z]{3,}|[a-z][a-z0-9_]+)$/
const optionMethods = [
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'set',
  'path',
  'enum',
  'period',
  'scalar',
]
  .map((type) => `get_option_${type}`)
  .concat('get_option')

function luaFilesIn(folder: string): string[] {
  if (!statSync(folder, {throwIfNoEntry: false})?.isDirectory()) return []
  const paths = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  return paths.filter((path) => path.endsWith('.lua')).sort()
}

function readSource(folder: string, path: string): Source {
  const bytes = readFileSync(join(folder, path))
  const read = readSyntax(bytes)
  if (read.problem !== undefined) throw new ProsodyModsError('USAGE', `${path}: ${read.problem.message}`)
  const module = /(?:^|\/)mod_([^/]+)\.lua$/.exec(path)?.[1]
  return {path, bytes, chunk: read.syntax.chunk, folding: {scopes: scopesOf(read.syntax.chunk), module}}
}

function* nodesIn(node: Ast.Node): Generator<Ast.Node> {
  yield node
  for (const child of nodesBelow(node)) yield* nodesIn(child)
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}

/** Arguments of calls of functions and methods of these names; what is computed stands as `*`. */
function calledWith(source: Source, names: readonly string[], index: number): string[] {
  return argumentsOf(source, (call) => names.includes(calledName(call)), index)
}

function calledName({base}: Ast.CallExpression): string {
  if (base.type === 'MemberExpression') return base.identifier.name
  return base.type === 'Identifier' ? base.name : ''
}

function argumentsOf(
  {chunk, folding}: Source,
  isMeant: (call: Ast.CallExpression) => boolean,
  index: number,
): string[] {
  return [...nodesIn(chunk)].flatMap((node) => {
    if (node.type !== 'CallExpression' || !isMeant(node)) return []
    const argument = node.arguments[index]
    if (argument === undefined) return []
    const pattern = patternOf(argument, folding).replace(/\*+/g, '*')
    return /^[*/:-]*$/.test(pattern) ? [] : [pattern]
  })
}

function patternOf(node: Ast.Expression, folding: Folding): string {
  const value = fold(node, folding)
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (node.type !== 'BinaryExpression' || node.operator !== '..') return '*'
  return patternOf(node.left, folding) + patternOf(node.right, folding)
}

/** Names without a local variable that are assigned to. */
function namesSet({chunk, folding}: Source): string[] {
  return [...nodesIn(chunk)]
    .flatMap(assignedIn)
    .flatMap((to) => (to.type === 'Identifier' && !folding.scopes.has(to) ? [to.name] : []))
}

/** `_G.x = …`, `function _G.x()`. */
function fieldsOfGlobals({chunk}: Source): string[] {
  return [...nodesIn(chunk)].flatMap(assignedIn).flatMap((to) => fieldOf(to, /^_G$/))
}

function assignedIn(node: Ast.Node): readonly Ast.Node[] {
  if (node.type === 'AssignmentStatement') return node.variables
  return node.type === 'FunctionDeclaration' && !node.isLocal && node.identifier !== null
    ? [node.identifier]
    : []
}

/** Fields that the manager gives to a module's API object: in a table with `event_handlers`, or one by one. */
function instanceFields({chunk}: Source): string[] {
  return [...nodesIn(chunk)].flatMap((node) => {
    if (node.type === 'TableConstructorExpression') {
      const keys = node.fields.flatMap((field) => (field.type === 'TableKeyString' ? [field.key.name] : []))
      return keys.includes('event_handlers') ? keys : []
    }
    if (node.type !== 'AssignmentStatement') return []
    return node.variables.flatMap((to) => fieldOf(to, /^(?:host_module_api|api_instance)$|^module$/))
  })
}

function ownFields({chunk}: Source): string[] {
  return [...nodesIn(chunk)].flatMap((node) =>
    node.type === 'AssignmentStatement' ? node.variables.flatMap((to) => fieldOf(to, /^self$/)) : [],
  )
}

function fieldOf(to: Ast.Node, base: RegExp): string[] {
  if (to.type !== 'MemberExpression') return []
  const name =
    to.base.type === 'Identifier'
      ? to.base.name
      : to.base.type === 'MemberExpression'
        ? to.base.identifier.name
        : ''
  return base.test(name) ? [to.identifier.name] : []
}

/** `function moduleapi.http_url(…)` in a core module: once that is loaded, every module has the method. */
function apiAdded({path, chunk}: Source): (readonly [method: string, module: string])[] {
  const module = /mod_([^/]+)\.lua$/.exec(path)?.[1] ?? ''
  return [...nodesIn(chunk)].flatMap((node) => {
    const name = node.type === 'FunctionDeclaration' ? node.identifier : null
    const isApi =
      name?.type === 'MemberExpression' && name.base.type === 'Identifier' && name.base.name === 'moduleapi'
    return isApi ? [[name.identifier.name, module] as const] : []
  })
}
