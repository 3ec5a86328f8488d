import {defineCommand} from '../cli/definition.ts'
import {list} from '../operations/list.ts'
import {renderList} from '../render/read.ts'

export default defineCommand({
  summary: "show the project's modules, and who vouches for them",
  examples: ['prosody-mods list', 'prosody-mods list --json'],
  flags: {},
  async run(_input, environment) {
    const result = await list(environment)
    return {json: result, text: () => renderList(result)}
  },
})
