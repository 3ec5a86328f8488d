import {allowPath} from '../../cli/flags.ts'
import {defineCommand} from '../../cli/definition.ts'
import type {config as Operation} from '../../operations/config/config.ts'
import {renderConfig} from '../../render/config.ts'
import {roomOf} from '../../render/room.ts'

/** Reads who is asked as whom, which no other command need load for it. */
async function operation(): Promise<typeof Operation> {
  return (await import('../../operations/config/config.ts')).config
}

export default defineCommand({
  summary: 'list every setting: the value that holds, and where it comes from',
  description:
    'Of flags, environment, config.json and prosody-mods.json, the first that says something counts. Credentials are hidden. Modules and patches are left out: "prosody-mods list" has them. "prosody-mods config get <key>" prints one value.',
  examples: ['prosody-mods config', 'prosody-mods config --json'],
  insteadOfOperands: (words) => `to see one value: prosody-mods config get ${words}`,
  flags: {'allow-path': allowPath},
  async run(_, environment) {
    const config = await operation()
    const result = await config(environment)
    return {json: result, text: () => renderConfig(result, roomOf(true))}
  },
})
