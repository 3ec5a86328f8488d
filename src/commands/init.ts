import * as Flags from '@oclif/core/flags'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import type {Environment} from '../operations/environment.ts'
import {init} from '../operations/init.ts'
import {dryRun} from '../flags.ts'
import {renderInit} from '../render/write.ts'

export default class Init extends BaseCommand<typeof Init> {
  static override summary = 'make a project: manifest, lockfile and Prosody configuration'
  static override description =
    'Writes prosody-mods.json, an empty prosody-mods.lock.json and conf.d/prosody-mods.cfg.lua into the folder. Commit the first two.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -C my-image --prosody 0.12 --debian bookworm',
  ]
  static override flags = {
    prosody: Flags.string({
      helpValue: '<line>',
      description: 'release line of the Prosody in the image (default 13.0)',
    }),
    debian: Flags.string({helpValue: '<suite>', description: 'Debian suite of the image (default trixie)'}),
    'modules-path': Flags.string({
      helpValue: '<folder>',
      description:
        'folder of the image that prosody-modules/ is copied to (default /usr/local/lib/prosody-mods)',
    }),
    'dry-run': dryRun,
  }

  protected override async work({flags}: Parsed<typeof Init>, environment: Environment): Promise<Output> {
    const result = await init(
      {
        dryRun: flags['dry-run'],
        ...(flags.prosody === undefined ? {} : {prosody: flags.prosody}),
        ...(flags.debian === undefined ? {} : {debian: flags.debian}),
        ...(flags['modules-path'] === undefined ? {} : {modulesPath: flags['modules-path']}),
      },
      environment,
    )
    return {json: result, text: () => renderInit(result)}
  }
}
