import {standardNames} from './standard-names.ts'

/** What is known of a global, or of a field below one. */
export interface Definition {
  /** Whether it may not be assigned to; undefined where that is as for what holds it. */
  readonly readOnly?: boolean | undefined
  /** Whether any other field may stand below it, too. */
  readonly otherFields?: boolean | undefined
  readonly fields?: ReadonlyMap<string, Definition> | undefined
}

/** Names with their definitions; a name without one allows any field. */
export type FieldMap = ReadonlyMap<string, Definition>

/** The globals that a standard has: those that may be assigned to, and those that may only be read. */
export interface Standard {
  readonly globals?: FieldMap | undefined
  readonly readGlobals?: FieldMap | undefined
}

/** A definition that is being put together. */
export interface Node {
  readOnly?: boolean | undefined
  otherFields?: boolean | undefined
  fields?: Map<string, Node> | undefined
  /** Whether nothing at all below it may be assigned to. */
  deepReadOnly?: boolean
}

/** The definition that allows any field. */
export const anything: Definition = {otherFields: true}

/** The standards that are known, by name. */
export type Standards = Pick<ReadonlyMap<string, Standard>, 'get' | 'has'>

/** What luacheck calls the running Lua; Debian runs it with 5.1. */
const running = 'lua51c'
const unionOfAll = ['lua51c', 'lua52c', 'lua53c', 'lua54c', 'luajit'] as const

/** Names of all standards that luacheck brings. */
export const builtinNames: readonly string[] = ['none', ...Object.keys(standardNames), 'max', '_G']

const read = new Map<string, Standard>()

/** Collects the standards that luacheck brings, each read when it is first asked for, and others besides. */
export function standardsWith(others: ReadonlyMap<string, Standard>): Standards {
  return {
    has: (name) => others.has(name) || builtinNames.includes(name),
    get: (name) => others.get(name) ?? builtin(name),
  }
}

function builtin(name: string): Standard | undefined {
  if (!builtinNames.includes(name)) return undefined
  const known = read.get(name) ?? readBuiltin(name)
  read.set(name, known)
  return known
}

function readBuiltin(name: string): Standard {
  if (name === '_G') return builtin(running) ?? {}
  if (name !== 'max') return readStandard(standardNames[name] ?? '')
  const union: Node = {}
  for (const one of unionOfAll) addStandard(union, builtin(one) ?? {})
  return {readGlobals: union.fields}
}

/** Reads the notation of standard-names.ts. */
function readStandard(text: string): Standard {
  const tokens = /([^\s{}!=*]+)([!=]?)(\*?)(\{?)|(\})/g
  const fields = (): Map<string, Definition> => {
    const map = new Map<string, Definition>()
    for (let token = tokens.exec(text); token?.[5] === undefined; token = tokens.exec(text)) {
      if (token === null) return map
      const [, name = '', mark, star, brace] = token
      map.set(name, {
        readOnly: mark === '' ? undefined : mark === '=',
        otherFields: star === '*' ? true : undefined,
        fields: brace === '{' ? fields() : undefined,
      })
    }
    return map
  }
  return {readGlobals: fields()}
}

/** Adds a standard to what is there: what one of the two allows is allowed. */
export function addStandard(into: Node, {globals, readGlobals}: Standard): void {
  addFields(into, globals, {overwrite: false, readOnly: false})
  addFields(into, readGlobals, {overwrite: false, readOnly: true})
}

interface Adding {
  /** Whether what is added is right where it differs. */
  readonly overwrite: boolean
  /** Of fields that do not say so themselves. */
  readonly readOnly?: boolean
}

/** Adds fields, and what stands below them, to a definition. */
export function addFields(into: Node, fields: FieldMap | undefined, adding: Adding): void {
  for (const [name, definition] of fields ?? []) {
    const node = childOf(into, name)
    const readOnly = definition.readOnly ?? adding.readOnly
    if (readOnly === false || (adding.overwrite && readOnly !== undefined)) node.readOnly = readOnly
    const {otherFields} = definition
    if (otherFields === true || (adding.overwrite && otherFields !== undefined))
      node.otherFields = otherFields
    addFields(node, definition.fields, {overwrite: adding.overwrite})
  }
}

/** Defines a field, by its path, and everything below it anew. */
export function defineField(into: Node, path: readonly string[], readOnly: boolean): void {
  let node = into
  for (const name of path) {
    if (node.fields?.has(name) !== true) childOf(node, name).readOnly = readOnly
    node = childOf(node, name)
  }
  node.readOnly = readOnly
  node.otherFields = true
  node.fields = undefined
}

/** Takes a field, by its path, out of a definition; where it is not there, nothing changes. */
export function removeField(from: Node, path: readonly string[]): void {
  let node: Node | undefined = from
  for (const name of path.slice(0, -1)) node = node?.fields?.get(name)
  node?.fields?.delete(path.at(-1) ?? '')
}

/** Notes below which definitions nothing may be assigned to. */
export function finish(node: Node, readOnly = true): void {
  let deep = node.otherFields !== true || readOnly
  for (const field of node.fields?.values() ?? []) {
    const own = field.readOnly ?? readOnly
    finish(field, own)
    deep &&= own && field.deepReadOnly === true
  }
  if (deep) node.deepReadOnly = true
}

function childOf(node: Node, name: string): Node {
  node.fields ??= new Map()
  const known = node.fields.get(name)
  if (known !== undefined) return known
  const child: Node = {}
  node.fields.set(name, child)
  return child
}
