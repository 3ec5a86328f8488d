import type * as Ast from 'luaparse'
import {utf8} from '../lua/fold.ts'
import {readSyntax} from '../lua/syntax.ts'

type Literal = string | number | boolean | null | Table
type Table = ReadonlyMap<Literal, Literal>

/** What the manifest of a luarocks tree says of a module. */
export type Installed =
  /** `rock/version`: the first of the rocks that have the module. */
  | {readonly kind: 'rock'; readonly rock: string}
  | {readonly kind: 'unlisted'}
  /** Not valid Lua. */
  | {readonly kind: 'invalid'}
  /** Valid Lua that does not just assign constants: what it says can't be told without running it. */
  | {readonly kind: 'program'}

/**
 * Tells which rock of a luarocks tree has a module, by the tree's manifest.
 * @param module name within Lua: `mod_x`
 */
export function installedRock(manifest: Buffer, module: string): Installed {
  // Lua's load() takes neither a byte order mark nor a line for the shell.
  if (/^(?:#|\xef\xbb\xbf)/.test(manifest.toString('latin1', 0, 3))) return {kind: 'invalid'}
  const {syntax} = {syntax: undefined, ...readSyntax(manifest, {locations: false, comments: false})}
  if (syntax === undefined) return {kind: 'invalid'}
  const globals = assigned(syntax.chunk)
  if (globals === undefined) return {kind: 'program'}
  const modules = globals.get('modules')
  const rocks = modules instanceof Map ? (modules as Table).get(module) : undefined
  if (!(rocks instanceof Map)) return {kind: 'unlisted'}
  const first = (rocks as Table).get(1) ?? null
  if (first === null || first === false) return {kind: 'unlisted'}
  return typeof first === 'string' ? {kind: 'rock', rock: first} : {kind: 'program'}
}

function assigned({body}: Ast.Chunk): Table | undefined {
  const globals = new Map<Literal, Literal>()
  for (const statement of body) {
    if (statement.type !== 'AssignmentStatement' || statement.variables.length !== statement.init.length)
      return undefined
    for (const [index, variable] of statement.variables.entries()) {
      const value = literal(statement.init[index])
      if (variable.type !== 'Identifier' || value === undefined) return undefined
      globals.set(variable.name, value)
    }
  }
  return globals
}

function literal(node: Ast.Expression | undefined): Literal | undefined {
  switch (node?.type) {
    case 'StringLiteral':
      return utf8(node.value)
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value
    case 'NilLiteral':
      return null
    case 'TableConstructorExpression':
      return table(node)
    default:
      return undefined
  }
}

function table({fields}: Ast.TableConstructorExpression): Table | undefined {
  const keyed = new Map<Literal, Literal>()
  const listed: Literal[] = []
  for (const field of fields) {
    const value = literal(field.value)
    if (value === undefined) return undefined
    if (field.type === 'TableValue') listed.push(value)
    else {
      const key = field.type === 'TableKeyString' ? field.key.name : literal(field.key)
      if (key === undefined || key === null) return undefined
      keyed.set(key, value)
    }
  }
  // Lua stores those without a key last.
  for (const [index, value] of listed.entries()) keyed.set(index + 1, value)
  return keyed
}
