import {defineCommand} from '../../cli/definition.ts'
import {cachePrune} from '../../operations/cache.ts'
import {renderCachePrune} from '../../render/cache.ts'

export default defineCommand({
  summary: 'remove what was not used lately from the store',
  tells: 'success',
  examples: ['prosody-mods cache prune', 'prosody-mods cache prune --days 0'],
  flags: {
    days: {
      type: 'count',
      value: '<n>',
      description: 'keep what was used within so many days; 0 removes everything',
      default: 30,
    },
  },
  async run({flags}, environment) {
    const result = await cachePrune(flags.days, environment)
    return {json: result, text: () => renderCachePrune(result)}
  },
})
