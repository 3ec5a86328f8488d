import type * as Ast from 'luaparse'
import {fold, isModule, type Folding} from '../../lua/fold.ts'

/** What an expression stands for, as far as its text shows. */
export interface Path {
  /** What the expression begins with: a global variable, a library that is required, or the module's API. */
  readonly root: 'global' | 'library' | 'module'
  /** The name with the fields behind it: `os.execute`, `util.jid.split`; of a module what stands behind it. */
  readonly name: string
}

/** A call in any of Lua's spellings, with its arguments. */
export interface Call {
  readonly node: Ast.CallExpression | Ast.TableCallExpression | Ast.StringCallExpression
  readonly base: Ast.Expression
  readonly args: readonly Ast.Expression[]
}

/** Reads a node as a call; undefined for one that is none. */
export function callOf(node: Ast.Node): Call | undefined {
  switch (node.type) {
    case 'CallExpression':
      return {node, base: node.base, args: node.arguments}
    case 'TableCallExpression':
      return {node, base: node.base, args: [node.arguments]}
    case 'StringCallExpression':
      return {node, base: node.base, args: [node.argument]}
    default:
      return undefined
  }
}

/** Locals that are defined by one another are followed so far. */
const maxDepth = 20

/** Tells what an expression stands for: locals that are assigned once are followed back to what they were made of. */
export function pathOf(node: Ast.Expression, folding: Folding, depth = 0): Path | undefined {
  if (depth > maxDepth) return undefined
  switch (node.type) {
    case 'Identifier': {
      const variable = folding.scopes.get(node)
      if (variable === undefined) return {root: node.name === 'module' ? 'module' : 'global', name: node.name}
      if (isModule(node, folding.scopes)) return {root: 'module', name: 'module'}
      const {initial, assigned, kind} = variable
      if (initial === undefined || assigned || kind !== 'local') return undefined
      return pathOf(initial, folding, depth + 1)
    }
    case 'MemberExpression': {
      const base = pathOf(node.base, folding, depth + 1)
      if (base === undefined) return undefined
      // Everything global is a field of _G, too.
      const name = base.name === '_G' ? node.identifier.name : `${base.name}.${node.identifier.name}`
      return {root: base.root, name}
    }
    case 'LogicalExpression':
      return node.operator === 'or' ? pathOf(node.left, folding, depth + 1) : undefined
    default: {
      const library = libraryOf(node, folding)
      return library === undefined ? undefined : {root: 'library', name: withoutPrefix(library)}
    }
  }
}

/** Names the library that `require "x"` gives; undefined for anything else. */
export function libraryOf(node: Ast.Expression, folding: Folding): string | undefined {
  const call = callOf(node)
  const [argument] = call?.args ?? []
  if (call === undefined || argument === undefined || !isRequire(call.base, folding)) return undefined
  const name = fold(argument, folding)
  return typeof name === 'string' ? name : undefined
}

/** Tells whether an expression is Lua's own `require`. */
export function isRequire(node: Ast.Expression, folding: Folding): boolean {
  if (node.type !== 'Identifier') return false
  const path = pathOf(node, folding)
  return path?.root === 'global' && path.name === 'require'
}

/** Takes `prosody.` off the name of a library: Prosody 13 knows its libraries by two names. */
export function withoutPrefix(library: string): string {
  return library.replace(/^prosody\./, '')
}
