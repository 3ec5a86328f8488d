import {isRequire} from './paths.ts'
import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

export const requireInHandler: Rule = {
  standard: 'warning',
  check(code, _, say) {
    for (const {node, base, site} of code.calls) {
      if (site.guarded || code.when(site) !== 'work' || !isRequire(base, code.folding)) continue
      say(stretchOf(node), {
        severity: 'warning',
        message: 'require runs here while the server works',
        hint: 'at the top of the file, a library that is missing is told when the module is loaded',
      })
    }
  },
}
