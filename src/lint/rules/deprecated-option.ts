import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

/** The rule `deprecated-option`, which docs/lint/deprecated-option.md describes. */
export const deprecatedOption: Rule = {
  check(code, {deprecated}, say) {
    for (const call of code.calls) {
      const [first] = call.args
      if (first === undefined || call.method?.startsWith('get_option') !== true) continue
      const found = deprecated.option.get(code.text(first) ?? '')
      if (found === undefined) continue
      const {name, instead} = found
      say(stretchOf(first), {
        severity: 'warning',
        message: `the option ${name} is ${instead === undefined ? 'obsolete' : 'deprecated'}`,
        hint:
          instead === undefined
            ? 'Prosody has no use for it any more'
            : `Prosody wants ${instead} in its place`,
      })
    }
  },
}
