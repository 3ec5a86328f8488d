import type {add as Operation} from '../operations/add.ts'
import {defineCommand} from '../cli/definition.ts'
import {dryRun, force, offline} from '../cli/flags.ts'
import {askForOne, canAsk} from '../render/ask.ts'
import {renderAdd} from '../render/write.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/add.ts')).add
}

export default defineCommand({
  summary: 'add modules: resolve, fetch, verify, check and write them into the build context',
  description: `A module is named [source/]name[@version]; a folder by its path, a file or archive by its URL.
Without a version, the newest release whose digests the registry knows is taken.`,
  examples: [
    'prosody-mods add muc_moderation',
    'prosody-mods add community/http_oauth2@2025 token_affiliation',
    'prosody-mods add jitsi@10008',
    'prosody-mods add jitsi --latest',
    'prosody-mods add ./modules/mod_hello https://example.org/mod_x.lua#sha256=<64 hex digits>',
  ],
  operands: {name: 'spec', description: 'one or more modules, paths or URLs', required: true, many: true},
  flags: {
    'allow-shadow': {type: 'switch', description: "add a module that hides one of Prosody's own"},
    latest: {
      type: 'switch',
      description: 'ask publishers for the newest release, also beyond those whose digests are known',
    },
    offline,
    force,
    'dry-run': dryRun,
  },
  async run({flags, operands}, environment) {
    const add = await operation()
    const result = await add(
      {
        specs: operands,
        latest: flags.latest,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        allowShadow: flags['allow-shadow'],
        ...(canAsk(environment.env) && !flags.json ? {choose: askForOne} : {}),
      },
      environment,
    )
    return {json: result, text: () => renderAdd(result)}
  },
})
