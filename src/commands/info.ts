import {defineCommand} from '../cli/definition.ts'
import {all} from '../cli/flags.ts'
import {info} from '../operations/info/info.ts'
import {renderInfo} from '../render/info.ts'
import {roomOf} from '../render/room.ts'

export default defineCommand({
  summary: 'show what is known of a module or source, and its releases',
  description:
    'With a version, range or revision, that release alone is shown: the newest that satisfies it. Of a source, what it ' +
    'is, how it is verified, and its newest release; sources of a project count. Nobody is asked.',
  examples: [
    'prosody-mods info muc_moderation',
    'prosody-mods info muc_moderation@2025',
    'prosody-mods info jitsi/muc_lobby_rooms --json',
    'prosody-mods info jitsi',
  ],
  operands: {
    name: 'module',
    description: '[source/]name[@version], or a source',
    required: true,
    many: false,
    completes: ['modules'],
    addresses: 'module',
  },
  flags: {all},
  async run({flags, operands}, environment) {
    const result = await info(operands[0] ?? '', environment)
    return {json: result, text: () => renderInfo(result, roomOf(flags.all))}
  },
})
