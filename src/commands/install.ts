import {resolve} from 'node:path'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, destdir, dryRun, force, modulesPath, offline} from '../cli/flags.ts'
import {install} from '../operations/install/install.ts'
import {renderInstall} from '../render/write.ts'

export default defineCommand({
  summary: 'write the build context that manifest and lockfile describe',
  tells: 'success',
  description: `Every file is hashed; only what is missing or outdated is written. In CI and in a Dockerfile use --frozen.
With --destdir nothing is written into the project: modules and configuration go, as with --frozen, straight into a file system, an image's (--destdir /out) or this machine's (--destdir /). There, --force replaces files of others, too.`,
  examples: [
    'prosody-mods install',
    'prosody-mods install --frozen --offline',
    'prosody-mods install --frozen --modules-path /opt/prosody/modules',
    'prosody-mods install --frozen --destdir /out',
  ],
  insteadOfOperands: (words) =>
    `it installs what the manifest names; to add a module: prosody-mods add ${words}`,
  flags: {
    frozen: {
      type: 'switch',
      description: 'stop with 7 unless the lockfile follows the manifest; never change it',
    },
    offline,
    'allow-path': allowPath,
    'modules-path': modulesPath,
    destdir,
    force,
    'dry-run': dryRun,
  },
  async run({flags}, environment) {
    const {destdir, 'modules-path': path} = flags
    const result = await install(
      {
        frozen: flags.frozen,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        ...(path === undefined ? {} : {modulesPath: resolve(path)}),
        ...(destdir === undefined ? {} : {destdir: resolve(destdir)}),
      },
      environment,
    )
    return {json: result, text: () => renderInstall(result)}
  },
})
