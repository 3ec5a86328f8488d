import {defineCommand} from '../cli/definition.ts'
import {offline} from '../cli/flags.ts'
import type {options as Operation} from '../operations/options.ts'
import {renderOptions} from '../render/options.ts'
import {roomOf} from '../render/room.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/options.ts')).options
}

export default defineCommand({
  summary: 'print the configuration that modules read, as Lua to paste',
  description: `Every option is a comment: take away the dashes of those that you want to set.
In a project the locked release is read, elsewhere the newest one that is known. Nothing is run: what a module computes is told by its code.`,
  examples: [
    'prosody-mods options muc_moderation',
    'prosody-mods options jitsi/muc_lobby_rooms@10008 >> conf.d/lobby.cfg.lua',
    'prosody-mods options ./modules/mod_own --json',
  ],
  operands: {
    name: 'spec',
    description: 'modules, paths and URLs, as for add',
    required: true,
    many: true,
    completes: ['modules', 'files'],
    addresses: 'spec',
  },
  flags: {offline},
  async run({flags, operands}, environment) {
    const options = await operation()
    const result = await options({specs: operands, offline: flags.offline}, environment)
    // Lua to paste: what is folded there are comments alone.
    return {json: result, verbatim: true, text: () => renderOptions(result, roomOf(true))}
  },
})
