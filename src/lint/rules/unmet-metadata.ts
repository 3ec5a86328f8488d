import type {Rule} from './types.ts'

/** As core/modulemanager.lua reads it. */
const metadata = /^--% *(\w+): *(.+)\n/gm

export const unmetMetadata: Rule = {
  standard: 'warning',
  check({syntax: {source}}, {target}, say) {
    if (!source.includes('--%')) return
    for (const {0: text, 1: key = '', 2: value = '', index} of source.matchAll(metadata)) {
      const found = target.metadataKeys.includes(key) ? unmet(key, value.match(/[^, ]+/g) ?? []) : undefined
      if (found === undefined) continue
      say(
        {start: index, end: index + text.trimEnd().length},
        {severity: 'warning', message: `Prosody ${target.line} skips this file: ${found}`},
      )
    }

    function unmet(key: string, names: readonly string[]): string | undefined {
      if (key === 'lua') {
        return names.includes(target.lua)
          ? undefined
          : `it runs Lua ${target.lua}, the file wants ${names.join(' or ')}`
      }
      const wanted = key === 'requires'
      const wrong = names.find((name) => target.features.includes(name) !== wanted)
      if (wrong === undefined || (key !== 'requires' && key !== 'conflicts')) return undefined
      return wanted ? `it lacks the feature "${wrong}"` : `it has the feature "${wrong}"`
    }
  },
}
