import {metadataLines, refusalOf, type Refusal} from '../../prosody/load-metadata.ts'
import type {Target} from './target.ts'
import type {Rule} from './types.ts'

/** The rule `unmet-metadata`, which docs/lint/unmet-metadata.md describes. */
export const unmetMetadata: Rule = {
  check({syntax: {source}}, {target}, say) {
    const lines = metadataLines(source)
    const features = new Set(target.features)
    const {lua, metadataKeys} = target
    for (const {key, value, start, end} of lines) {
      // Each by itself: what stands behind one that keeps the file from being loaded is worth knowing, too.
      const refusal = refusalOf(new Map([[key, value]]), {lua, features, metadataKeys})
      if (refusal === undefined) continue
      const message = `Prosody ${target.line} skips this file: ${reasonText(refusal, target)}`
      say({start, end}, {severity: 'warning', message})
    }
  },
}

function reasonText({reason, values}: Refusal, {lua}: Target): string {
  const [first = ''] = values
  switch (reason) {
    case 'lua':
      return values.length === 0
        ? 'it names no version of Lua'
        : `it runs Lua ${lua}, the file wants ${values.join(' or ')}`
    case 'requires':
      return `it lacks the feature "${first}"`
    case 'conflicts':
      return `it has the feature "${first}"`
  }
}
