import {resolve} from 'node:path'
import * as Flags from '@oclif/core/flags'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import {dryRun, force, modulesPath, offline} from '../flags.ts'
import type {Environment} from '../operations/environment.ts'
import {install} from '../operations/install.ts'
import {renderInstall} from '../render/write.ts'

export default class Install extends BaseCommand<typeof Install> {
  static override summary = 'write the build context that manifest and lockfile describe'
  static override description =
    'Every file is hashed; only what is missing or outdated is written. In CI and in a Dockerfile use --frozen.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --frozen --offline',
    '<%= config.bin %> <%= command.id %> --frozen --modules-path /opt/prosody/modules',
  ]
  static override flags = {
    frozen: Flags.boolean({
      description: 'stop with 7 unless the lockfile follows the manifest; never change it',
    }),
    offline,
    'modules-path': modulesPath,
    force,
    'dry-run': dryRun,
  }

  protected override async work({flags}: Parsed<typeof Install>, environment: Environment): Promise<Output> {
    const path = flags['modules-path']
    const result = await install(
      {
        frozen: flags.frozen,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        ...(path === undefined ? {} : {modulesPath: resolve(path)}),
      },
      environment,
    )
    return {json: result, text: () => renderInstall(result)}
  }
}
