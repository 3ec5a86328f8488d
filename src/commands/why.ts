import {defineCommand} from '../cli/definition.ts'
import {why} from '../operations/needs-graph.ts'
import {renderWhy} from '../render/needs.ts'

export default defineCommand({
  summary: 'tell what needs a module, a library, a package or a rock',
  examples: [
    'prosody-mods why basexx',
    'prosody-mods why lua-cjson',
    'prosody-mods why spam_reporting --json',
  ],
  operands: {name: 'name', description: 'a module, library, package or rock', required: true, many: false},
  flags: {},
  async run({operands: [name = '']}, environment) {
    const result = await why(name, environment)
    return {json: result, text: () => renderWhy(result)}
  },
})
