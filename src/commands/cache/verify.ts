import {defineCommand} from '../../cli/definition.ts'
import {exitCodes} from '../../errors.ts'
import {cacheVerify} from '../../operations/cache.ts'
import {renderCacheVerify} from '../../render/cache.ts'

export default defineCommand({
  summary: 'hash all that the store holds; remove what is bad',
  tells: 'success',
  description:
    'Exits with 4 when a file had other bytes than its name says, or a kept answer of a publisher or what lint found was damaged; each is had again when needed.',
  examples: ['prosody-mods cache verify'],
  flags: {},
  async run(_input, environment) {
    const result = await cacheVerify(environment)
    return {
      json: result,
      exitCode:
        result.removed.length + result.listings.removed + result.lint.removed === 0
          ? 0
          : exitCodes.STORE_CORRUPT,
      text: () => renderCacheVerify(result),
    }
  },
})
