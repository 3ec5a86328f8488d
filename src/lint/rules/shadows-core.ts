import type {Rule} from './types.ts'

/** The rule `shadows-core`, which docs/lint/shadows-core.md describes. */
export const shadowsCore: Rule = {
  check({module}, {target, coreModules}, say) {
    if (module === undefined || !coreModules.has(module)) return
    say(
      {start: 0, end: 1},
      {
        severity: 'warning',
        message: `mod_${module} is part of Prosody ${target.line}: this one hides it`,
        hint: 'give it another name, unless it is meant to stand in its place',
      },
    )
  },
}
