import type * as Ast from 'luaparse'
import {fold, type Constant, type Folding} from '../lua/fold.ts'
import type {FieldAssignment} from '../lua/scopes.ts'

/** What is known of tables that are made in one file. */
export interface Tables {
  readonly folding: Folding
  readonly assignments: readonly FieldAssignment[]
}

/**
 * Lists what an item of module:provides("http") answers, such as `GET /path`; below `/<name of the item>`, where no
 * path is given, as in mod_http. The path is that of the code: `http_paths` of the configuration may change it.
 */
export function routesOf(item: Ast.Expression, tables: Tables): string[] {
  const {folding} = tables
  const fields = fieldsOf(item, tables)
  const routes = fields.get('route')
  if (routes === undefined) return []
  const [path, name] = [fields.get('default_path'), fields.get('name')].map(
    (field) => field && (fold(field, folding) ?? unlessSet(field, folding)),
  )
  const given = fields.has('default_path') ? path : (name ?? ownName(fields, folding))
  if (given === undefined) return []
  const base = `/${String(given).replaceAll(/^\/+|\/+$/g, '')}`.replace(/^\/$/, '')
  return [...fieldsOf(routes, tables).keys()].flatMap((key) => routeOf(key, base))
}

/** What an option is that no configuration sets. */
function unlessSet(node: Ast.Expression, folding: Folding): Constant | undefined {
  const variable = node.type === 'Identifier' ? folding.scopes.get(node) : undefined
  if (variable !== undefined) {
    const {initial, assigned} = variable
    return initial === undefined || assigned ? undefined : unlessSet(initial, folding)
  }
  if (node.type === 'LogicalExpression' && node.operator === 'or') return fold(node.right, folding)
  const isOption =
    node.type === 'CallExpression' &&
    node.base.type === 'MemberExpression' &&
    node.base.identifier.name.startsWith('get_option')
  const standard = isOption ? node.arguments[1] : undefined
  return standard && fold(standard, folding)
}

/** module:provides strips the prefix of what is provided: mod_http_x provides "x". */
function ownName(fields: ReadonlyMap<string, unknown>, {module}: Folding): string | undefined {
  return fields.has('name') ? undefined : module?.replace(/^http_/, '')
}

/** A key is a method, with a path behind it or without: "GET /path"; anything else is not served. */
function routeOf(key: string, base: string): string | [] {
  const [, method = key, rest = ''] = /^(\S+)\s+(.+)$/.exec(key) ?? []
  if (method.startsWith('/')) return []
  const path = base + rest
  return `${method.toUpperCase()} ${path === '' ? '/' : path}`
}

/** Fields of a table by their names, those that are assigned to it afterwards too. */
function fieldsOf(node: Ast.Expression, {folding, assignments}: Tables): Map<string, Ast.Expression> {
  // What a function makes of a table, such as routes that ask for a password, has its keys for the most part.
  const given = node.type === 'CallExpression' && node.arguments.length === 1 ? node.arguments[0] : undefined
  if (node.type === 'TableCallExpression') return fieldsOf(node.arguments, {folding, assignments})
  if (given !== undefined) return fieldsOf(given, {folding, assignments})
  const variable = node.type === 'Identifier' ? folding.scopes.get(node) : undefined
  const table = variable === undefined ? node : variable.initial
  if (table?.type !== 'TableConstructorExpression') return new Map()
  const found = new Map<string, Ast.Expression>()
  for (const field of table.fields) {
    if (field.type === 'TableKeyString') found.set(field.key.name, field.value)
    const key = field.type === 'TableKey' ? fold(field.key, folding) : undefined
    if (typeof key === 'string') found.set(key, field.value)
  }
  for (const {field, value} of variable === undefined ? [] : assignments) {
    if (field.base.type !== 'Identifier' || folding.scopes.get(field.base) !== variable) continue
    const key = field.type === 'MemberExpression' ? field.identifier.name : fold(field.index, folding)
    if (typeof key === 'string' && value !== undefined) found.set(key, value)
  }
  return found
}
