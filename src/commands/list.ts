import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import type {Environment} from '../operations/environment.ts'
import {list} from '../operations/list.ts'
import {renderList} from '../render/read.ts'

export default class List extends BaseCommand<typeof List> {
  static override summary = "show the project's modules, their versions and who vouches for them"
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  protected override async work(_parsed: Parsed<typeof List>, environment: Environment): Promise<Output> {
    const result = await list(environment)
    return {json: result, text: () => renderList(result)}
  }
}
