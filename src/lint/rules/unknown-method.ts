import {elsewhere} from './lines.ts'
import {stretchOf} from './code.ts'
import type {Code} from './code.ts'
import type {Known} from './target.ts'
import type {Rule} from './types.ts'

/** The rule `unknown-method`, which docs/lint/unknown-method.md describes. */
export const unknownMethod: Rule = {
  check(code, known, say) {
    const own = ownFields(code)
    const mayBeAdded = dependsOnOthers(code, known)
    for (const call of code.calls) {
      const name = call.method
      if (name === undefined || known.methods.has(name) || own.has(name) || code.tested.has(name)) continue
      if (call.site.guarded) continue
      const where = elsewhere(known.target, ({moduleApi}) => moduleApi.includes(name))
      // Modules of others may add methods, as mod_audit does, and mod_compat_roles those of a later line.
      if (where === undefined && mayBeAdded) continue
      const {base} = call
      if (base.type !== 'MemberExpression') continue
      say(stretchOf(base.identifier), {
        severity: code.isCertain(call.site) && !mayBeAdded ? 'error' : 'warning',
        message: `Prosody ${known.target.line} has no module:${name}`,
        hint: where ?? 'no known line of Prosody has it',
        ...(mayBeAdded ? {pending: {kind: 'method', name}} : {}),
      })
    }
  },
}

/** `function module.x()`, `module.x = …` */
function ownFields({assignments}: Code): Set<string> {
  return new Set(
    assignments.flatMap(({to}) =>
      to.type === 'MemberExpression' && to.base.type === 'Identifier' && to.base.name === 'module'
        ? [to.identifier.name]
        : [],
    ),
  )
}

function dependsOnOthers(code: Code, {coreModules}: Known): boolean {
  return code.calls.some((call) => {
    if (call.method !== 'depends') return false
    const name = code.text(call.args[0])
    return name === undefined || !coreModules.has(name)
  })
}
