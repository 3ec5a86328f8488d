import * as Args from '@oclif/core/args'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import {dryRun, force, offline} from '../flags.ts'
import type {Environment} from '../operations/environment.ts'
import {remove} from '../operations/remove.ts'
import {renderRemove} from '../render/write.ts'

export default class Remove extends BaseCommand<typeof Remove> {
  static override summary = 'take modules out of manifest, lockfile and build context'
  static override examples = [
    '<%= config.bin %> <%= command.id %> muc_moderation',
    '<%= config.bin %> <%= command.id %> jitsi',
  ]
  static override strict = false
  static override args = {spec: Args.string({required: true, description: 'one or more modules'})}
  static override flags = {offline, force, 'dry-run': dryRun}

  protected override async work(
    {flags, argv}: Parsed<typeof Remove>,
    environment: Environment,
  ): Promise<Output> {
    const result = await remove(
      {specs: argv, offline: flags.offline, force: flags.force, dryRun: flags['dry-run']},
      environment,
    )
    return {json: result, text: () => renderRemove(result)}
  }
}
