import * as Args from '@oclif/core/args'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import type {Environment} from '../operations/environment.ts'
import {info} from '../operations/info.ts'
import {renderInfo} from '../render/read.ts'

export default class Info extends BaseCommand<typeof Info> {
  static override summary = 'show what the registry knows of a module: releases, digests, where it went'
  static override examples = [
    '<%= config.bin %> <%= command.id %> muc_moderation',
    '<%= config.bin %> <%= command.id %> jitsi/muc_lobby_rooms --json',
  ]
  static override args = {module: Args.string({required: true, description: '[source/]name'})}

  protected override async work({args}: Parsed<typeof Info>, environment: Environment): Promise<Output> {
    const result = await info(args.module, environment)
    return {json: result, text: () => renderInfo(result)}
  }
}
