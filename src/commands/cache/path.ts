import {BaseCommand, type Output, type Parsed} from '../../base-command.ts'
import {cachePath} from '../../operations/cache.ts'
import type {Environment} from '../../operations/environment.ts'

export default class CachePath extends BaseCommand<typeof CachePath> {
  static override summary = 'print the folder of the store'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected override work(_parsed: Parsed<typeof CachePath>, environment: Environment): Promise<Output> {
    const result = cachePath(environment)
    return Promise.resolve({json: result, text: () => `${result.folder}\n`})
  }
}
