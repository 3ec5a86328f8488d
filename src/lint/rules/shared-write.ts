import type * as Ast from 'luaparse'
import {stretchOf, type Code} from './code.ts'
import {type Site} from './code-view.ts'
import {luaNames} from './lua-names.ts'
import {libraryOf, type Path} from './paths.ts'
import type {Known, Target} from './target.ts'
import type {Rule, Said} from './types.ts'

/** Tables that all modules of a server share. */
const luaTables = new Set('string table math os io debug coroutine package utf8 bit32 prosody'.split(' '))

/** The rule `shared-write`, which docs/lint/shared-write.md describes. */
export const sharedWrite: Rule = {
  check(code, known, say) {
    for (const {to, site} of code.assignments) {
      const said = saidOf({code, known}, to, site)
      if (said !== undefined) say(stretchOf(to), said)
    }
    for (const {node, args, path} of code.calls) {
      const [first] = args
      if (path?.root !== 'global' || path.name !== 'rawset' || first === undefined) continue
      if (!isGlobalTable(code.path(first))) continue
      say(stretchOf(node), {
        severity: 'warning',
        message: 'this sets a global variable of the whole server',
        hint: 'other modules see it; use module:shared() for what they shall share',
      })
    }
  },
}

function saidOf({code, known}: Seen, to: Ast.Expression, site: Site): Said | undefined {
  if (to.type !== 'MemberExpression' && to.type !== 'IndexExpression') return undefined
  const path = code.path(to.base)
  if (path === undefined) return undefined
  if (isGlobalTable(path)) {
    const isThere = to.type === 'MemberExpression' && isKnownGlobal(to.identifier.name, known.target)
    // util/startup.lua: only what does not exist yet is refused.
    return {
      severity: code.isCertain(site) && !isThere ? 'error' : 'warning',
      message: isThere
        ? 'this sets a global variable of the whole server'
        : 'Prosody refuses to let modules set global variables',
      hint: 'use a local variable, or module:shared() for what modules share',
    }
  }
  if (path.root === 'global' && luaTables.has(path.name)) {
    return {
      severity: 'warning',
      message: `this changes the table ${path.name} for every module of the server`,
      hint: 'keep it in a local variable, or use module:shared()',
    }
  }
  // Adding to the API of modules is what that library is known for.
  if (path.root !== 'library' || path.name === 'core.moduleapi' || !isWhole(code, to.base)) return undefined
  return {
    severity: 'warning',
    message: `this changes the library ${path.name} for every module of the server`,
    hint: 'keep it in a local variable, or use module:shared()',
  }
}

interface Seen {
  readonly code: Code
  readonly known: Known
}

function isKnownGlobal(name: string, target: Target): boolean {
  return target.globals.includes(name) || luaNames(target.lua).has(name)
}

function isGlobalTable(path: Path | undefined): boolean {
  return path?.root === 'global' && path.name === '_G'
}

/** Whether an expression is a library and no part of it: parts may well be meant to be written to. */
function isWhole(code: Code, node: Ast.Expression): boolean {
  if (node.type !== 'Identifier') return libraryOf(node, code.folding) !== undefined
  const {initial} = code.folding.scopes.get(node) ?? {}
  return initial === undefined || isWhole(code, initial)
}
