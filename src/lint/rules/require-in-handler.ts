import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

/** The rule `require-in-handler`, which docs/lint/require-in-handler.md describes. */
export const requireInHandler: Rule = {
  check(code, _, say) {
    for (const {node, site, isRequire} of code.calls) {
      const working = !isRequire || site.guarded ? undefined : code.whileWorking(site)
      if (working === undefined) continue
      say(stretchOf(node), {
        ...working,
        severity: 'warning',
        message: 'require runs here while the server works',
        hint: 'at the top of the file, a library that is missing is told when the module is loaded',
      })
    }
  },
}
