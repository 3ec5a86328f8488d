import {defineCommand} from '../cli/definition.ts'
import {all, offline} from '../cli/flags.ts'
import type {versions as Operation} from '../operations/versions.ts'
import {roomOf} from '../render/room.ts'
import {renderVersions} from '../render/version-lists.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/versions.ts')).versions
}

export default defineCommand({
  summary: 'list the versions of a module or source, and what is new',
  description: `Asks the publisher; where nobody answers, and with --offline, what the registry knows is listed and said to be.
Versions whose files are those of the version before are marked: they are no news.`,
  examples: [
    'prosody-mods versions jitsi',
    'prosody-mods versions community/muc_moderation',
    'prosody-mods versions jitsi-contrib/token_affiliation --offline --json',
  ],
  operands: {
    name: 'module',
    description: '[source/]name, or a source',
    required: true,
    many: false,
    completes: ['modules'],
    addresses: 'name',
  },
  flags: {all, offline},
  async run({flags, operands}, environment) {
    const versions = await operation()
    const result = await versions({spec: operands[0] ?? '', offline: flags.offline}, environment)
    return {json: result, text: () => renderVersions(result, roomOf(flags.all))}
  },
})
