import {stretchOf} from './code.ts'
import type {Rule} from './types.ts'

const hooks = new Set(['hook', 'hook_global', 'wrap_event', 'wrap_global'])

/** The rule `unknown-event`, which docs/lint/unknown-event.md describes. */
export const unknownEvent: Rule = {
  check(code, {target, fires}, say) {
    for (const call of code.calls) {
      const [first] = call.args
      const method = call.method
      if (first === undefined || method === undefined || !hooks.has(method)) continue
      const name = code.text(first)
      if (name === undefined || fires(name)) continue
      say(stretchOf(first), {
        severity: 'note',
        message: `nothing in Prosody ${target.line} fires the event "${name}"`,
        pending: {kind: 'event', name},
      })
    }
  },
}
