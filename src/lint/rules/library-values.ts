import type * as Ast from 'luaparse'
import type {Code} from './code.ts'
import {callOf, libraryOf, withoutPrefix} from './paths.ts'

/** What `require` or `module:require` gives for a name that is plain to see. */
export interface LibraryValue {
  readonly by: 'require' | 'module:require'
  /** The library's name; of Prosody's own without `prosody.`. */
  readonly name: string
}

/** A field that is read of a library. */
export interface LibraryField {
  readonly library: LibraryValue
  readonly name: string
  /** Names that the field goes by in the file: its own, and those of variables that hold it. */
  readonly names: readonly string[]
}

/** Locals that are defined by one another are followed so far. */
const maxDepth = 20

/** Tells which library an expression always is; undefined where it is none. */
export function libraryValue(node: Ast.Expression, code: Code, depth = 0): LibraryValue | undefined {
  if (depth > maxDepth) return undefined
  const initial = initialOf(node, code)
  if (initial !== undefined) return libraryValue(initial, code, depth + 1)
  const call = callOf(node)
  if (call === undefined) return undefined
  const required = libraryOf(node, code.folding)
  if (required !== undefined) return {by: 'require', name: withoutPrefix(required)}
  const asked = code.methodOf(call) === 'require' ? code.text(call.args[0]) : undefined
  return asked === undefined ? undefined : {by: 'module:require', name: asked}
}

/** Tells which field of a library an expression always is; undefined where it is none. */
export function libraryField(node: Ast.Expression, code: Code, depth = 0): LibraryField | undefined {
  if (depth > maxDepth) return undefined
  if (node.type === 'MemberExpression') {
    const library = libraryValue(node.base, code)
    const {name} = node.identifier
    return library && {library, name, names: [name]}
  }
  const initial = initialOf(node, code)
  const field = initial && libraryField(initial, code, depth + 1)
  return field && node.type === 'Identifier' ? {...field, names: [node.name, ...field.names]} : undefined
}

/** What a local that is assigned once was made of. */
function initialOf(node: Ast.Expression, {folding: {scopes}}: Code): Ast.Expression | undefined {
  const variable = node.type === 'Identifier' ? scopes.get(node) : undefined
  return variable?.kind === 'local' && !variable.assigned ? variable.initial : undefined
}
