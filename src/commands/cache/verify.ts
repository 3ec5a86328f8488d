import {BaseCommand, type Output, type Parsed} from '../../base-command.ts'
import {exitCodes} from '../../errors.ts'
import {cacheVerify} from '../../operations/cache.ts'
import type {Environment} from '../../operations/environment.ts'
import {renderCacheVerify} from '../../render/cache.ts'

export default class CacheVerify extends BaseCommand<typeof CacheVerify> {
  static override summary = 'hash every file of the store; remove bad ones'
  static override description =
    'Exits with 4 when a file had other bytes than its name says; it is fetched again when needed.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected override async work(
    _parsed: Parsed<typeof CacheVerify>,
    environment: Environment,
  ): Promise<Output> {
    const result = await cacheVerify(environment)
    return {
      json: result,
      exitCode: result.removed.length === 0 ? 0 : exitCodes.STORE_CORRUPT,
      text: () => renderCacheVerify(result),
    }
  }
}
