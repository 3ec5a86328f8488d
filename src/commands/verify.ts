import {resolve} from 'node:path'
import {BaseCommand, type Output, type Parsed} from '../base-command.ts'
import {exitCodes} from '../errors.ts'
import {modulesPath} from '../flags.ts'
import type {Environment} from '../operations/environment.ts'
import {verify} from '../operations/verify.ts'
import {renderVerify} from '../render/read.ts'

export default class Verify extends BaseCommand<typeof Verify> {
  static override summary = 'hash the build context against the lockfile and name every file that differs'
  static override description = 'Exits with 4 when a file is missing, changed, or there without being locked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {'modules-path': modulesPath}

  protected override async work({flags}: Parsed<typeof Verify>, environment: Environment): Promise<Output> {
    const path = flags['modules-path']
    const result = await verify(path === undefined ? {} : {modulesPath: resolve(path)}, environment)
    return {
      json: result,
      exitCode: result.drift.length === 0 ? 0 : exitCodes.DRIFT,
      text: () => renderVerify(result),
    }
  }
}
