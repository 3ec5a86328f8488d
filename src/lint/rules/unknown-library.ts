import type * as Ast from 'luaparse'
import type {Fix} from '../fix.ts'
import {withoutPrefix} from './paths.ts'
import {elsewhere} from './lines.ts'
import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

/** Of others, though they look like Prosody's own: facts of rocks by these names. */
const foreign = new Set(['net.url'])

/** The rule `unknown-library`, which docs/lint/unknown-library.md describes. */
export const unknownLibrary: Rule = {
  check(code, {target, libs}, say) {
    for (const {node, args, site, isRequire} of code.calls) {
      if (!isRequire || site.guarded) continue
      const [argument] = args
      const name = code.text(argument)
      if (argument === undefined || name === undefined) continue
      const bare = withoutPrefix(name)
      if (!/^(?:util|net|core)\./.test(bare) || foreign.has(bare)) continue
      const severity = code.isCertain(site) ? 'error' : 'warning'
      const isPrefixed = bare !== name
      const message = `Prosody ${target.line} has no library "${name}"`
      if (!libs.has(bare)) {
        const where = elsewhere(target, (line) => line.libs.includes(bare))
        say(stretchOf(node), {severity, message, ...(where === undefined ? {} : {hint: where})})
      } else if (isPrefixed && !target.requirePrefixes.includes('prosody.')) {
        say(stretchOf(node), {
          severity,
          message,
          hint: `write "${bare}", which every line knows`,
          ...withoutPrefixAt(argument),
        })
      }
    }
  },
}

/** Takes the prefix out of a string that is written out. */
function withoutPrefixAt(argument: Ast.Expression): {fix?: Fix} {
  if (argument.type !== 'StringLiteral' || !/^["']prosody\./.test(argument.raw)) return {}
  return {fix: {...stretchOf(argument), text: argument.raw.replace('prosody.', '')}}
}
