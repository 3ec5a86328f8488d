import type * as Ast from 'luaparse'
import type {FileFacts} from './fact-types.ts'
import {fold, isModule, utf8, type Folding} from '../lua/fold.ts'
import {callAt, globalName, type Call} from './module-calls.ts'
import type {FieldAssignment, Reading} from '../lua/scopes.ts'
import type {SourceText} from '../lua/source-text.ts'

/** What stands in templates for the folder of the module's main file. */
export const moduleFolder = '{module}'
/** What stands in templates for whatever is known at run time only. */
export const computedPart = '{*}'

/** Concatenations and locals are followed so far. */
const maxDepth = 100

type Found = {-readonly [K in 'searches' | 'preloads' | 'loads']: FileFacts[K][number][]}

/** Finds where a file lets `require` look, what it gives by itself, and the Lua files that it runs. */
export function searchFacts(
  {assignments, calls}: Reading,
  source: SourceText,
  folding: Folding,
): Pick<FileFacts, keyof Found> {
  const found: Found = {searches: [], preloads: [], loads: []}
  for (const assignment of assignments) {
    const line = (): number => source.lineOf(assignment.node)
    for (const template of templatesOf(assignment, folding)) found.searches.push({template, line: line()})
    if (isSearcher(assignment.field.base, folding)) found.searches.push({template: null, line: line()})
    const name = preloadOf(assignment, folding)
    if (name !== undefined) found.preloads.push({name, text: name, line: line()})
  }
  for (const site of calls) {
    const call = callAt(site, globalName(site.base, folding))
    const line = (): number => source.lineOf(call.node)
    if (addsSearcher(call, folding)) found.searches.push({template: null, line: line()})
    const text = loadedFile(call, folding)
    const name = text?.endsWith('.lua') === true ? text : null
    if (text !== undefined && (name !== null || text.endsWith(computedPart)))
      found.loads.push({name, text, line: line()})
  }
  return found
}

/** Templates that are assigned to package.path or package.cpath, but for those of other places. */
function templatesOf({field, value}: FieldAssignment, folding: Folding): string[] {
  if (value === undefined || globalName(field.base, folding) !== 'package') return []
  const name = fieldOf(field, folding)
  if (name !== 'path' && name !== 'cpath') return []
  const templates = pathText(value, folding).split(';')
  return templates.filter((one) => one.includes('?') && one.includes('{'))
}

/** The library that `package.preload[name] = …` gives, or `package.loaded[name]` where that is no empty stand-in. */
function preloadOf({field, value}: FieldAssignment, folding: Folding): string | undefined {
  const table = field.base
  if (table.type !== 'MemberExpression' || globalName(table.base, folding) !== 'package') return undefined
  const by = table.identifier.name
  if (by === 'preload' || (by === 'loaded' && value !== undefined && isSomething(value)))
    return fieldOf(field, folding)
  return undefined
}

function isSomething(value: Ast.Expression): boolean {
  if (value.type === 'TableConstructorExpression') return value.fields.length > 0
  return value.type !== 'NilLiteral' && value.type !== 'BooleanLiteral'
}

function isSearcher(node: Ast.Expression | undefined, folding: Folding): boolean {
  if (node?.type !== 'MemberExpression' || globalName(node.base, folding) !== 'package') return false
  return node.identifier.name === 'searchers' || node.identifier.name === 'loaders'
}

/** `table.insert(package.searchers, …)` */
function addsSearcher({base, args}: Call, folding: Folding): boolean {
  if (base.type !== 'MemberExpression' || base.identifier.name !== 'insert') return false
  return globalName(base.base, folding) === 'table' && isSearcher(args[0], folding)
}

/** What dofile, loadfile, envloadfile, or module:load_resource with a Lua file, is given; undefined for other calls. */
function loadedFile({base, args: [path]}: Call, folding: Folding): string | undefined {
  if (path === undefined) return undefined
  if (base.type === 'MemberExpression') {
    const {name} = base.identifier
    const text = name === 'load_resource' || name === 'envloadfile' ? pathText(path, folding) : undefined
    if (name !== 'load_resource') return text
    return isModule(base.base, folding.scopes) && text?.endsWith('.lua') === true ? text : undefined
  }
  const name = base.type === 'Identifier' ? (globalName(base, folding) ?? base.name) : undefined
  const isOne = name === 'dofile' || name === 'loadfile' || name === 'envloadfile'
  return isOne ? pathText(path, folding) : undefined
}

function fieldOf(field: FieldAssignment['field'], folding: Folding): string | undefined {
  if (field.type === 'MemberExpression') return field.identifier.name
  const name = fold(field.index, folding)
  return typeof name === 'string' ? name : undefined
}

/** A text that is made of paths, with marks for what is not written down. */
function pathText(node: Ast.Expression, folding: Folding, depth = 0): string {
  if (depth > maxDepth) return computedPart
  const deeper = (one: Ast.Expression): string => pathText(one, folding, depth + 1)
  switch (node.type) {
    case 'StringLiteral':
      return utf8(node.value)
    case 'BinaryExpression':
      return node.operator === '..' ? deeper(node.left) + deeper(node.right) : computedPart
    case 'Identifier': {
      const {initial, assigned} = folding.scopes.get(node) ?? {}
      return initial === undefined || assigned === true ? computedPart : deeper(initial)
    }
    case 'MemberExpression':
      // What stood there before is no concern of the module.
      return globalName(node.base, folding) === 'package' ? '' : computedPart
    case 'TableConstructorExpression':
      return node.fields.map(({value}) => deeper(value)).join(';')
    case 'CallExpression':
      return calledText(node, folding, deeper)
    default:
      return computedPart
  }
}

/** module:get_directory(), string.format and table.concat. */
function calledText(
  {base, arguments: [first]}: Ast.CallExpression,
  folding: Folding,
  deeper: (node: Ast.Expression) => string,
): string {
  if (base.type !== 'MemberExpression') return computedPart
  const method = base.identifier.name
  if (method === 'get_directory' && isModule(base.base, folding.scopes)) return moduleFolder
  if (method === 'concat' && first !== undefined) return deeper(first)
  const format = base.indexer === ':' ? base.base : first
  return method === 'format' && format !== undefined
    ? deeper(format).replace(/%[-+ #0]*[\d.]*[a-z]/g, computedPart)
    : computedPart
}
