import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import type {Environment} from '../operations/environment.ts'
import {search} from '../operations/search.ts'
import {renderSearch} from '../render/read.ts'

export default class Search extends BaseCommand<typeof Search> {
  static override summary = 'find modules by words of their name, stage or labels'
  static override description =
    'Searches the registry that comes with prosody-mods. Exits with 0 also when nothing is found.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> moderation',
    '<%= config.bin %> <%= command.id %> lobby token --source jitsi-contrib',
    '<%= config.bin %> <%= command.id %> --source jitsi',
  ]
  static override strict = false
  static override args = {
    word: Args.string({description: 'words that must all be found; none lists everything'}),
  }
  static override flags = {
    source: Flags.string({helpValue: '<source>', description: 'only modules of this source'}),
  }

  protected override work({flags, argv}: Parsed<typeof Search>, environment: Environment): Promise<Output> {
    const result = search(
      {words: argv, ...(flags.source === undefined ? {} : {source: flags.source})},
      environment,
    )
    return Promise.resolve({json: result, text: () => renderSearch(result)})
  }
}
