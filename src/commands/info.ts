import {defineCommand} from '../cli/definition.ts'
import {info} from '../operations/info.ts'
import {renderInfo} from '../render/read.ts'

export default defineCommand({
  summary: 'show what is known of a module: what it does, its releases',
  description:
    'With a version, range or revision, that release alone is shown: the newest that satisfies it.',
  examples: [
    'prosody-mods info muc_moderation',
    'prosody-mods info muc_moderation@2025',
    'prosody-mods info jitsi/muc_lobby_rooms --json',
  ],
  operands: {name: 'module', description: '[source/]name[@version]', required: true, many: false},
  flags: {},
  async run({operands}, environment) {
    const result = await info(operands[0] ?? '', environment)
    return {json: result, text: () => renderInfo(result)}
  },
})
