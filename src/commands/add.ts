import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import {dryRun, force, offline} from '../flags.ts'
import {add} from '../operations/add.ts'
import type {Environment} from '../operations/environment.ts'
import {askForOne} from '../render/ask.ts'
import {renderAdd} from '../render/write.ts'

export default class Add extends BaseCommand<typeof Add> {
  static override summary = 'add modules: resolve, fetch, verify, check and write them into the build context'
  static override description = `A module is named [source/]name[@version]; a folder by its path, a file or archive by its URL.
Without a version, the newest release whose digests the registry knows is taken.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> muc_moderation',
    '<%= config.bin %> <%= command.id %> community/http_oauth2@2025 token_affiliation',
    '<%= config.bin %> <%= command.id %> jitsi@10008',
    '<%= config.bin %> <%= command.id %> ./modules/mod_hello https://example.org/mod_x.lua#sha256=<64 hex digits>',
  ]
  static override strict = false
  static override args = {
    spec: Args.string({required: true, description: 'one or more modules, paths or URLs'}),
  }
  static override flags = {
    'allow-shadow': Flags.boolean({description: "add a module that hides one of Prosody's own"}),
    offline,
    force,
    'dry-run': dryRun,
  }

  protected override async work(
    {flags, argv}: Parsed<typeof Add>,
    environment: Environment,
  ): Promise<Output> {
    const canAsk = process.stdin.isTTY && process.stderr.isTTY && !flags.json
    const result = await add(
      {
        specs: argv,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        allowShadow: flags['allow-shadow'],
        ...(canAsk ? {choose: askForOne} : {}),
      },
      environment,
    )
    return {json: result, text: () => renderAdd(result)}
  }
}
