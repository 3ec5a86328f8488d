import type * as Ast from 'luaparse'
import type {Variable} from '../../lua/scopes.ts'
import {startOf} from '../luacheck/places.ts'
import type {CodeView} from './code-view.ts'
import type {FunctionInfo} from './functions.ts'

/** A table that a local variable holds, or that is returned where it is written down. */
export interface LocalTable {
  /** Functions that are fields of the table; without a name those of computed keys and of places. */
  readonly functions: {readonly name: string | undefined; readonly info: FunctionInfo}[]
  /** Names of local functions that stand in the table. */
  readonly names: Ast.Node[]
  /** Functions that may call any of the table's functions: they look keys up that are not plain to see. */
  readonly readFrom: FunctionInfo[]
  /** Whether the table is handed on as a whole. */
  escapes: boolean
  /** Whether the file returns the table. */
  isExported: boolean
  /** The table's fields, as far as they are assigned by its name. */
  readonly fields: Set<string>
  /** Whether the table may have fields besides: by computed keys, or by a metatable. */
  isOpen: boolean
}

type InfoOf = (node: Ast.Expression | undefined) => FunctionInfo | undefined

/** Finds the tables of a file whose uses can be followed. */
export function tablesIn(code: CodeView, infoOf: InfoOf): LocalTable[] {
  const byVariable = new Map<Variable, LocalTable>()
  for (const variable of new Set(code.folding.scopes.values())) {
    const {initial, assigned} = variable
    if (initial?.type !== 'TableConstructorExpression' || assigned) continue
    byVariable.set(variable, newTable(initial, infoOf))
  }
  const of = (node: Ast.Node): LocalTable | undefined => {
    const variable = node.type === 'Identifier' ? code.folding.scopes.get(node) : undefined
    return variable && byVariable.get(variable)
  }
  const seen = new Set<Ast.Node>()
  fill(code, {of, infoOf, seen})
  readings(code, {of, seen})
  const returned = exported(code, {of, infoOf, seen})
  for (const [identifier, variable] of code.folding.scopes) {
    const table = byVariable.get(variable)
    if (table === undefined || seen.has(identifier)) continue
    const {initial} = variable
    if (initial === undefined || startOf(identifier) > startOf(initial)) table.escapes = true
  }
  return [...byVariable.values(), ...returned]
}

function newTable({fields}: Ast.TableConstructorExpression, infoOf: InfoOf): LocalTable {
  const table: LocalTable = {
    functions: [],
    names: [],
    readFrom: [],
    escapes: false,
    isExported: false,
    fields: new Set(),
    isOpen: false,
  }
  for (const field of fields) {
    const name = keyOf(field)
    if (name !== undefined) table.fields.add(name)
    else if (field.type === 'TableKey') table.isOpen = true
    const info = infoOf(field.value)
    if (info === undefined) continue
    if (field.value.type === 'Identifier') table.names.push(field.value)
    table.functions.push({name, info})
  }
  return table
}

function keyOf(field: Ast.TableConstructorExpression['fields'][number]): string | undefined {
  if (field.type === 'TableKeyString') return field.key.name
  return field.type === 'TableKey' && field.key.type === 'StringLiteral' ? field.key.value : undefined
}

interface Seeing {
  readonly of: (node: Ast.Node) => LocalTable | undefined
  /** Names of tables where it is known what is done with them. */
  readonly seen: Set<Ast.Node>
}

/** `t.f = …`, `function t.f()`, `t[x] = …` */
function fill(code: CodeView, {of, infoOf, seen}: Seeing & {readonly infoOf: InfoOf}): void {
  for (const {to, value} of code.assignments) {
    if (to.type === 'Identifier') continue
    // What `x.y = t` does with t, is seen below but for this one, by which what is made of t finds its functions.
    if (to.type === 'MemberExpression' && to.identifier.name === '__index' && value !== undefined)
      seen.add(value)
    if (to.type !== 'MemberExpression' && to.type !== 'IndexExpression') continue
    const table = of(to.base)
    if (table === undefined) continue
    seen.add(to.base)
    const name = to.type === 'MemberExpression' ? to.identifier.name : code.text(to.index)
    if (name === undefined) table.isOpen = true
    else table.fields.add(name)
    const info = infoOf(value)
    if (info === undefined) continue
    if (value?.type === 'Identifier') table.names.push(value)
    table.functions.push({name, info})
  }
}

/** Functions of Lua that give a table no field by name, and to nobody else. */
const harmless = new Set(
  'pairs ipairs next type assert rawlen table.concat table.insert table.remove table.sort table.unpack'.split(
    ' ',
  ),
)

function readings(code: CodeView, {of, seen}: Seeing): void {
  for (const {node} of code.fields) if (of(node.base) !== undefined) seen.add(node.base)
  for (const {node, site} of code.indexes) {
    const table = of(node.base)
    if (table === undefined) continue
    seen.add(node.base)
    table.readFrom.push(site.in)
  }
  for (const {args, path, site} of code.calls) {
    if (path?.root !== 'global') continue
    if (path.name === 'setmetatable') metatable(args, {of, seen})
    if (!harmless.has(path.name)) continue
    for (const one of args) {
      seen.add(one)
      of(one)?.readFrom.push(site.in)
    }
  }
}

function metatable([first, second]: readonly Ast.Expression[], {of, seen}: Seeing): void {
  const table = first && of(first)
  if (table !== undefined) table.isOpen = true
  if (first !== undefined) seen.add(first)
  if (second !== undefined) seen.add(second)
}

/** What the file gives to those who ask for it. */
function exported(
  {syntax: {chunk}}: CodeView,
  {of, infoOf, seen}: Seeing & {readonly infoOf: InfoOf},
): LocalTable[] {
  const last = chunk.body.at(-1)
  const [value] = last?.type === 'ReturnStatement' ? last.arguments : []
  if (value === undefined) return []
  if (value.type === 'TableConstructorExpression') return [{...newTable(value, infoOf), isExported: true}]
  const table = of(value)
  if (table === undefined) return []
  seen.add(value)
  table.isExported = true
  return []
}
