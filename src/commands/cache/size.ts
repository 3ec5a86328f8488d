import {defineCommand} from '../../cli/definition.ts'
import {cacheSize} from '../../operations/cache.ts'
import {renderCacheSize} from '../../render/cache.ts'

export default defineCommand({
  summary: 'count the files of the store, and what they take on the disk',
  examples: ['prosody-mods cache size', 'prosody-mods cache size --json'],
  flags: {},
  async run(_input, environment) {
    const result = await cacheSize(environment)
    return {json: result, text: () => renderCacheSize(result)}
  },
})
