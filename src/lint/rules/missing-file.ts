import {coreLibrary} from '../../prosody/core-library.ts'
import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

/** The rule `missing-file`, which docs/lint/missing-file.md describes. */
export const missingFile: Rule = {
  check(code, {target}, say) {
    for (const call of code.calls) {
      const name = call.method === 'require' ? code.text(call.args[0]) : undefined
      if (name === undefined || call.site.guarded) continue
      if (coreLibrary(name, target.moduleLibs, code.module) !== undefined) continue
      say(stretchOf(call.node), {
        severity: code.isCertain(call.site) ? 'error' : 'warning',
        message: `there is no ${name}.lib.lua for module:require to load`,
        hint: 'it has to come with the module, or with another one that is installed',
        pending: {kind: 'library', name},
      })
    }
  },
}
