import type * as Ast from 'luaparse'
import {fold, isModule, type Folding} from '../lua/fold.ts'
import {GivenArguments} from './given-arguments.ts'
import type {CallSite, Reading} from '../lua/scopes.ts'
import {valuesOf} from './values.ts'

/** What is named of a module's folder. */
interface FoundResource {
  readonly node: Ast.Expression
  readonly path: string
  readonly exact: boolean
}

/** Locals that are defined by one another are followed so far. */
const maxDepth = 8

const loaders: readonly string[] = ['load_resource', 'get_resource']

/** Lists the files and folders beside a file that it names, in the order of the text: those of calls first. */
export function resourcesIn(reading: Reading, folding: Folding): FoundResource[] {
  const given = new GivenArguments(reading)
  return [
    ...reading.calls.flatMap((site) => [...loaded(site, folding, given), ...joinedByCall(site, folding)]),
    ...reading.joins.flatMap((node) => {
      const [first, ...rest] = partsOf(node)
      return first !== undefined && isFolder(first, folding) ? [{node, ...plainly(rest, folding)}] : []
    }),
  ]
}

/** module:load_resource(path), where a local function may be what is given the path. */
function loaded({base, args: [path]}: CallSite, folding: Folding, given: GivenArguments): FoundResource[] {
  if (base.type !== 'MemberExpression' || !loaders.includes(base.identifier.name) || path === undefined)
    return []
  return (given.of(path) ?? [path]).flatMap((one) => atPath(one, folding))
}

function atPath(path: Ast.Expression, folding: Folding): FoundResource[] {
  const values = valuesOf(path, folding)
  if (values === undefined) return [{node: path, ...plainly(partsOf(path), folding)}]
  return values.map((value) => ({node: path, path: tidy(String(value)), exact: true}))
}

/** util.paths.join(folder, "a", "b") and its like. */
function joinedByCall({node, args: [first, ...rest]}: CallSite, folding: Folding): FoundResource[] {
  if (first === undefined || rest.length === 0 || !isFolder(first, folding)) return []
  const names = rest.map((one) => fold(one, folding))
  const known = names.includes(undefined) ? names.slice(0, names.indexOf(undefined)) : names
  const isText = known.length > 0 && known.every((one) => typeof one === 'string')
  return isText ? [{node, path: tidy(known.join('/')), exact: known.length === names.length}] : []
}

/** The beginning of a text that does not depend on anything. */
function plainly(parts: readonly Ast.Expression[], folding: Folding): Omit<FoundResource, 'node'> {
  let path = ''
  for (const part of parts) {
    const value = fold(part, folding)
    if (value === undefined) return {path: tidy(path), exact: false}
    path += String(value)
  }
  return {path: tidy(path), exact: true}
}

function partsOf(node: Ast.Expression): Ast.Expression[] {
  const parts: Ast.Expression[] = []
  const open = [node]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.type === 'BinaryExpression' && at.operator === '..') open.push(at.right, at.left)
    else parts.push(at)
  }
  return parts
}

/** Whether an expression is the folder of the module, as far as that is plain to see. */
function isFolder(node: Ast.Expression, folding: Folding, depth = 0): boolean {
  if (depth > maxDepth) return false
  const deeper = (one: Ast.Expression): boolean => isFolder(one, folding, depth + 1)
  switch (node.type) {
    case 'Identifier': {
      const variable = folding.scopes.get(node)
      return variable?.initial !== undefined && !variable.assigned && deeper(variable.initial)
    }
    case 'LogicalExpression':
      return deeper(node.left)
    case 'BinaryExpression': {
      const [first, ...rest] = partsOf(node)
      const isSame = rest.length === 1 && rest.every((one) => fold(one, folding) === '/')
      return isSame && first !== undefined && deeper(first)
    }
    case 'CallExpression':
      return isFolderCall(node, folding)
    default:
      return false
  }
}

/** module:get_directory(), and what is cut out of module.path or of debug.getinfo(1).source. */
function isFolderCall({base, arguments: [first]}: Ast.CallExpression, folding: Folding): boolean {
  if (base.type !== 'MemberExpression') return false
  const {name} = base.identifier
  if (name === 'get_directory') return isModuleLike(base.base, folding)
  const subject = base.indexer === ':' ? base.base : first
  return ['gsub', 'match', 'sub'].includes(name) && subject !== undefined && isOwnPath(subject, folding)
}

function isOwnPath(node: Ast.Expression, folding: Folding, depth = 0): boolean {
  if (depth > maxDepth) return false
  if (node.type === 'Identifier') {
    const initial = folding.scopes.get(node)?.initial
    return initial !== undefined && isOwnPath(initial, folding, depth + 1)
  }
  const whole = uncut(node)
  if (whole !== undefined) return isOwnPath(whole, folding, depth + 1)
  if (node.type !== 'MemberExpression') return false
  const {base, identifier} = node
  if (identifier.name === 'path') return isModuleLike(base, folding)
  return ['source', 'short_src'].includes(identifier.name) && isGetinfo(base)
}

/** Of `debug.getinfo(1).source:sub(2)`, what stands before `:sub`. */
function uncut(node: Ast.Expression): Ast.Expression | undefined {
  if (node.type !== 'CallExpression' || node.base.type !== 'MemberExpression') return undefined
  const {base, indexer, identifier} = node.base
  return indexer === ':' && identifier.name === 'sub' ? base : undefined
}

function isGetinfo(node: Ast.Expression): boolean {
  return (
    node.type === 'CallExpression' &&
    node.base.type === 'MemberExpression' &&
    node.base.identifier.name === 'getinfo'
  )
}

/** The module's API object, also as a parameter that is called so. */
function isModuleLike(node: Ast.Expression, {scopes}: Folding): boolean {
  if (isModule(node, scopes)) return true
  return node.type === 'Identifier' && node.name === 'module' && scopes.get(node)?.kind === 'parameter'
}

function tidy(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '')
}
