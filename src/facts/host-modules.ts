import type * as Ast from 'luaparse'
import type {HostModuleFact, On} from './fact-types.ts'
import {isModule, type Folding} from '../lua/fold.ts'
import {globalName} from './module-calls.ts'
import type {ModuleUse} from '../lua/scopes.ts'
import type {SourceText} from '../lua/source-text.ts'

/** Locals that are defined by one another are followed so far. */
const maxDepth = 20

/** Lists the modules that a file takes from hosts. */
export function hostModulesIn(
  uses: readonly ModuleUse[],
  source: SourceText,
  folding: Folding,
): HostModuleFact[] {
  const found = uses.map(({session, name, node, tested}) => {
    const on: On = isOwnSession(session, folding) ? 'module' : 'context'
    return {name, node, tested, on}
  })
  // Where it looks whether its host has the module, it is for other hosts, too.
  const asked = new Set(found.flatMap(({name, on, tested}) => (tested && on === 'module' ? [name] : [])))
  return found
    .filter(({name, on, tested}) => !tested && !(on === 'module' && asked.has(name)))
    .map(({name, node, on}) => ({name, line: source.lineOf(node), on}))
}

/** `prosody.hosts[module.host]`, and what comes to the same. */
function isOwnSession(node: Ast.Expression, folding: Folding): boolean {
  const at = behindLocals(node, folding)
  return at?.type === 'IndexExpression' && isHosts(at.base, folding) && isOwnHost(at.index, folding)
}

function isHosts(node: Ast.Expression, folding: Folding): boolean {
  const at = behindLocals(node, folding)
  if (at?.type === 'Identifier') return globalName(at, folding) === 'hosts'
  return at?.type === 'MemberExpression' && at.identifier.name === 'hosts'
}

/** `module.host`, `module:get_host()`, and locals made of them. */
function isOwnHost(node: Ast.Expression, folding: Folding): boolean {
  const at = behindLocals(node, folding)
  if (at?.type === 'MemberExpression')
    return at.identifier.name === 'host' && isModule(at.base, folding.scopes)
  return (
    at?.type === 'CallExpression' &&
    at.base.type === 'MemberExpression' &&
    at.base.identifier.name === 'get_host' &&
    isModule(at.base.base, folding.scopes)
  )
}

/** What a local that is never assigned to again was declared with; undefined for other variables. */
function behindLocals(node: Ast.Expression, {scopes}: Folding): Ast.Expression | undefined {
  let at = node
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    const variable = at.type === 'Identifier' ? scopes.get(at) : undefined
    if (variable === undefined) return at
    if (variable.initial === undefined || variable.assigned) return undefined
    at = variable.initial
  }
  return undefined
}
