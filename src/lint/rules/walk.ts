import type * as Ast from 'luaparse'

/** Lists the nodes right below a node, in the order in which Lua runs or reads them; names of fields are none. */
export function nodesBelow(node: Ast.Node): readonly Ast.Node[] {
  switch (node.type) {
    case 'Chunk':
    case 'DoStatement':
    case 'ElseClause':
      return node.body
    case 'LocalStatement':
      return node.init
    case 'AssignmentStatement':
      return [...node.init, ...node.variables]
    case 'FunctionDeclaration':
      return node.isLocal || node.identifier === null ? node.body : [node.identifier, ...node.body]
    case 'ForNumericStatement':
      return [node.start, node.end, ...(node.step === null ? [] : [node.step]), ...node.body]
    case 'ForGenericStatement':
      return [...node.iterators, ...node.body]
    case 'RepeatStatement':
      return [...node.body, node.condition]
    case 'WhileStatement':
    case 'IfClause':
    case 'ElseifClause':
      return [node.condition, ...node.body]
    case 'IfStatement':
      return node.clauses
    case 'ReturnStatement':
      return node.arguments
    case 'CallStatement':
      return [node.expression]
    case 'TableConstructorExpression':
      return node.fields
    case 'TableKey':
      return [node.key, node.value]
    case 'TableKeyString':
    case 'TableValue':
      return [node.value]
    case 'BinaryExpression':
    case 'LogicalExpression':
      return [node.left, node.right]
    case 'UnaryExpression':
      return [node.argument]
    case 'MemberExpression':
      return [node.base]
    case 'IndexExpression':
      return [node.base, node.index]
    case 'CallExpression':
      return [node.base, ...node.arguments]
    case 'TableCallExpression':
      return [node.base, node.arguments]
    case 'StringCallExpression':
      return [node.base, node.argument]
    default:
      return []
  }
}
