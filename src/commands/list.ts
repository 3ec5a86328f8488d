import {defineCommand} from '../cli/definition.ts'
import {all} from '../cli/flags.ts'
import {list} from '../operations/list.ts'
import {renderList} from '../render/list.ts'
import {roomOf} from '../render/room.ts'
import {trustHelp} from '../render/trust.ts'

export default defineCommand({
  summary: "show the project's modules, and who vouches for them",
  description: `The column TRUST says who vouches for a module's digests:\n${trustHelp}`,
  examples: ['prosody-mods list', 'prosody-mods list --json'],
  flags: {all},
  async run({flags}, environment) {
    const result = await list(environment)
    return {json: result, text: () => renderList(result, roomOf(flags.all))}
  },
})
