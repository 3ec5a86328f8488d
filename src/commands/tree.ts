import {defineCommand} from '../cli/definition.ts'
import {tree} from '../operations/needs-graph.ts'
import {renderTree} from '../render/needs.ts'

export default defineCommand({
  summary: 'show what each module needs, and what serves it',
  examples: ['prosody-mods tree', 'prosody-mods tree --json'],
  flags: {},
  async run(_input, environment) {
    const result = await tree(environment)
    return {json: result, text: () => renderTree(result)}
  },
})
