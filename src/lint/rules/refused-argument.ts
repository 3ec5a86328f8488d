import type * as Ast from 'luaparse'
import {coreLibrary} from '../../prosody/core-library.ts'
import {stretchOf, type Code} from './code.ts'
import {type SeenCall} from './code-view.ts'
import {libraryField} from './library-values.ts'
import type {Known} from './target.ts'
import type {Rule, Said} from './types.ts'

type Refusal = Pick<Said, 'message' | 'hint' | 'pending'>

/** The rule `refused-argument`, which docs/lint/refused-argument.md describes. */
export const refusedArgument: Rule = {
  check(code, known, say) {
    for (const call of code.calls) {
      if (call.site.guarded) continue
      const refused = ofHandlers(call) ?? ofCommand(call, code, known)
      if (refused === undefined) continue
      const severity = code.isSure(call.site) ? 'error' : 'warning'
      say(stretchOf(call.base), {severity, ...refused})
    }
  },
}

/** Methods of module → where their handlers stand. Prosody keeps them in a table, by themselves (util.events). */
const handlers: Readonly<Record<string, readonly number[]>> = {
  handle_items: [1, 2],
  hook: [1],
  hook_global: [1],
  hook_object_event: [2],
}

function ofHandlers({method, args}: SeenCall): Refusal | undefined {
  const places = method !== undefined && Object.hasOwn(handlers, method) ? (handlers[method] ?? []) : []
  const missing = places.find((place) => isNothing(args, place))
  if (missing === undefined) return undefined
  return {
    message: `module:${method ?? ''} is given no function as argument ${missing + 1}`,
    hint: 'an empty function serves where nothing is to be done',
  }
}

/** modules/adhoc/adhoc.lib.lua asks for it since 0.10. */
function ofCommand({base, args}: SeenCall, code: Code, {target}: Known): Refusal | undefined {
  const field = libraryField(base, code)
  if (field?.name !== 'new' || field.library.by !== 'module:require') return undefined
  const {name} = field.library
  if (coreLibrary(name, target.moduleLibs, code.module) !== 'adhoc/adhoc') return undefined
  const pending = {kind: 'library', name} as const
  if (isNothing(args, 3) || isFalse(args[3]))
    return {message: 'adhoc.new is given no permission', hint: permissions, pending}
  if (code.text(args[3]) !== 'user') return undefined
  return {message: 'adhoc.new knows no permission "user" any more', hint: 'it is called "any" now', pending}
}

const permissions = 'its fourth argument says who may run the command: "any", "admin" or "global_admin"'

function isFalse(node: Ast.Expression | undefined): boolean {
  return node?.type === 'BooleanLiteral' && !node.value
}

/** Whether an argument is certainly nil: calls and `...` at the end may give several values. */
function isNothing(args: readonly Ast.Expression[], place: number): boolean {
  const given = args[place]
  if (given !== undefined) return given.type === 'NilLiteral'
  const last = args.at(-1)
  return last === undefined || !manyValued.has(last.type)
}

const manyValued: ReadonlySet<Ast.Node['type']> = new Set([
  'CallExpression',
  'StringCallExpression',
  'TableCallExpression',
  'VarargLiteral',
])
