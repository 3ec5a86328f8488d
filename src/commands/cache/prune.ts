import * as Flags from '@oclif/core/flags'
import {BaseCommand, type Output, type Parsed} from '../../base-command.ts'
import {cachePrune} from '../../operations/cache.ts'
import type {Environment} from '../../operations/environment.ts'
import {renderCachePrune} from '../../render/cache.ts'

export default class CachePrune extends BaseCommand<typeof CachePrune> {
  static override summary = 'remove what was not used lately from the store'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --days 0',
  ]
  static override flags = {
    days: Flags.integer({
      helpValue: '<n>',
      description: 'keep what was used within so many days; 0 removes everything',
      default: 30,
      min: 0,
    }),
  }

  protected override async work(
    {flags}: Parsed<typeof CachePrune>,
    environment: Environment,
  ): Promise<Output> {
    const result = await cachePrune(flags.days, environment)
    return {json: result, text: () => renderCachePrune(result)}
  }
}
