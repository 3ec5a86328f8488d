import type * as Ast from 'luaparse'
import {stretchOf} from './code.ts'
import {globalsSet} from './gives.ts'
import {luaNames} from './lua-names.ts'
import type {Rule} from './types.ts'

/** The rule `unknown-global`, which docs/lint/unknown-global.md describes. */
export const unknownGlobal: Rule = {
  check(code, {target, globals}, say) {
    const lua = luaNames(target.lua)
    const assigned = new Set(globalsSet(code))
    for (const {node, site} of code.reads) {
      const {name} = node
      if (lua.has(name) || globals.has(name) || assigned.has(name) || code.testedGlobals.has(name)) continue
      if (site.guarded) continue
      say(stretchOf(node), {
        severity: 'warning',
        message: `there is no global variable ${name} in Prosody ${target.line} with Lua ${target.lua}`,
        ...hintFor(name),
        // Libraries run in the environment of the module that requires them, and see what it sees.
        pending: {kind: 'global', name},
      })
    }
    for (const {base} of code.calls) {
      const field = fieldOf(base)
      if (field === undefined || code.folding.scopes.has(field.of)) continue
      const known = lua.get(field.of.name)
      const name = `${field.of.name}.${field.name}`
      if (known === undefined || known.otherFields === true || known.fields?.has(field.name) !== false)
        continue
      if (code.testedGlobals.has(name)) continue
      say(stretchOf(base), {
        severity: 'warning',
        message: `Lua ${target.lua} has no ${name}`,
        ...hintFor(name),
      })
    }
  },
}

/** What came in the place of what older versions of Lua had. */
const instead: Readonly<Record<string, string>> = {
  unpack: 'table.unpack',
  loadstring: 'load',
  'table.getn': 'the operator #',
  'math.pow': 'the operator ^',
  'math.mod': 'the operator %',
  'string.gfind': 'string.gmatch',
}

function hintFor(name: string): {hint?: string} {
  const text = Object.hasOwn(instead, name) ? instead[name] : undefined
  return text === undefined ? {} : {hint: `use ${text}`}
}

function fieldOf(node: Ast.Expression): {readonly of: Ast.Identifier; readonly name: string} | undefined {
  if (node.type !== 'MemberExpression' || node.base.type !== 'Identifier') return undefined
  return {of: node.base, name: node.identifier.name}
}
