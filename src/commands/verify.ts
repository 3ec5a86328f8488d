import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {exitCodes} from '../errors.ts'
import {destdir, modulesPath} from '../cli/flags.ts'
import {verify} from '../operations/verify.ts'
import {renderVerify} from '../render/read.ts'

export default defineCommand({
  summary: 'hash the build context against the lockfile',
  tells: 'success',
  description: 'Exits with 4 when a file is missing, changed, or there without being locked.',
  examples: ['prosody-mods verify', 'prosody-mods verify --json', 'prosody-mods verify --destdir /out'],
  flags: {'modules-path': modulesPath, destdir},
  async run({flags}, environment) {
    const {destdir, 'modules-path': path} = flags
    const result = await verify(
      {
        ...(path === undefined ? {} : {modulesPath: resolve(path)}),
        ...(destdir === undefined ? {} : {destdir: resolve(destdir)}),
      },
      environment,
    )
    return {
      json: result,
      exitCode: result.drift.length === 0 ? 0 : exitCodes.DRIFT,
      text: () => renderVerify(result),
    }
  },
})
