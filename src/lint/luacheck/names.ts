import type * as Ast from 'luaparse'

/** Writes a name with constant keys behind it as `a.b.c`; undefined for anything else. */
export function fullName(node: Ast.Node): string | undefined {
  const keys: string[] = []
  let at = node
  for (;;) {
    if (at.type === 'Identifier') return [at.name, ...keys.reverse()].join('.')
    if (at.type === 'MemberExpression') {
      keys.push(at.identifier.name)
      at = at.base
    } else if (at.type === 'IndexExpression' && at.index.type === 'StringLiteral') {
      keys.push(at.index.value)
      at = at.base
    } else return undefined
  }
}

/** Names a table's field as a path, in a table that has a name. */
export function fieldName(
  table: string | undefined,
  field: Ast.TableKey | Ast.TableKeyString | Ast.TableValue,
): string | undefined {
  if (table === undefined || field.type === 'TableValue') return undefined
  if (field.type === 'TableKeyString') return `${table}.${field.key.name}`
  return field.key.type === 'StringLiteral' ? `${table}.${field.key.value}` : undefined
}

/** Tells whether something is called in an expression, functions inside left out. */
export function containsCall(node: Ast.Node): boolean {
  const open: unknown[] = [node]
  while (open.length > 0) {
    const at = open.pop()
    if (Array.isArray(at)) for (const one of at as unknown[]) open.push(one)
    else if (isNode(at)) {
      if (isCall(at)) return true
      if (at.type !== 'FunctionDeclaration') for (const one of Object.values(at) as unknown[]) open.push(one)
    }
  }
  return false
}

/** Tells whether a node is a call, in any of Lua's spellings. */
export function isCall(
  node: Ast.Node,
): node is Ast.CallExpression | Ast.TableCallExpression | Ast.StringCallExpression {
  return (
    node.type === 'CallExpression' ||
    node.type === 'TableCallExpression' ||
    node.type === 'StringCallExpression'
  )
}

function isNode(value: unknown): value is Ast.Node {
  return typeof value === 'object' && value !== null && 'type' in value
}
