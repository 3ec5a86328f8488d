import {isModule} from '../../lua/fold.ts'
import {withoutPrefix} from './paths.ts'
import {stretchOf, type Code} from './code.ts'
import type {Deprecated, Known} from './target.ts'
import type {Rule, Said, Say} from './types.ts'

/** The rule `deprecated-api`, which docs/lint/deprecated-api.md describes. */
export const deprecatedApi: Rule = {
  check(code, known, say) {
    for (const call of code.calls) {
      const {base, method, path} = call
      const ofMethod = method === undefined ? undefined : known.deprecated.method.get(method)
      if (ofMethod !== undefined && base.type === 'MemberExpression') {
        const at = stretchOf(base.identifier)
        const isAlias = ofMethod.instead === 'module:hook_tag'
        say(at, {
          ...said(`module:${ofMethod.name}`, ofMethod),
          ...(isAlias ? {fix: {...at, text: 'hook_tag'}} : {}),
        })
      }
      const ofFunction = path?.root === 'library' ? known.deprecated.function.get(path.name) : undefined
      if (ofFunction !== undefined) say(stretchOf(base), said(`${ofFunction.name}()`, ofFunction))
      const library = call.isRequire ? code.text(call.args[0]) : undefined
      const ofLibrary =
        library === undefined ? undefined : known.deprecated.library.get(withoutPrefix(library))
      if (ofLibrary !== undefined) say(stretchOf(call.node), said(`the library ${ofLibrary.name}`, ofLibrary))
    }
    globals(code, known, say)
    hostSet(code, say)
  },
}

function globals(code: Code, {deprecated}: Known, say: Say): void {
  const hidesProsody = [...code.folding.scopes.values()].some(({name}) => name === 'prosody')
  for (const {node} of code.reads) {
    const found = deprecated.global.get(node.name)
    if (found === undefined) continue
    const at = stretchOf(node)
    const {instead} = found
    say(at, {
      ...said(`the global variable ${node.name}`, found),
      ...(instead === undefined || hidesProsody ? {} : {fix: {...at, text: instead}}),
    })
  }
}

/** What module:set_global() does and more. */
function hostSet(code: Code, say: Say): void {
  for (const {to, value} of code.assignments) {
    if (to.type !== 'MemberExpression' || to.identifier.name !== 'host') continue
    if (!isModule(to.base, code.folding.scopes) || code.text(value) !== '*') continue
    say(stretchOf(to), {
      severity: 'warning',
      message: 'setting module.host to "*" is deprecated',
      hint: 'call module:set_global() instead',
    })
  }
}

function said(what: string, {instead}: Deprecated): Said {
  return {
    severity: 'warning',
    message: `${what} is deprecated`,
    ...(instead === undefined ? {} : {hint: `use ${instead}`}),
  }
}
