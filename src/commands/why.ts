import {defineCommand} from '../cli/definition.ts'
import {all} from '../cli/flags.ts'
import {why} from '../operations/needs-graph/why.ts'
import {roomOf} from '../render/room.ts'
import {renderWhy} from '../render/why.ts'

export default defineCommand({
  summary: 'tell what needs a module, a library, a package or a rock',
  description:
    'Each chain of modules leads from one that the manifest names to the one that asks; the places in code are those of ' +
    'the locked files, as far as they are known.',
  examples: [
    'prosody-mods why basexx',
    'prosody-mods why lua-cjson',
    'prosody-mods why spam_reporting --json',
  ],
  operands: {
    name: 'name',
    description: 'a module, library, package or rock',
    required: true,
    many: false,
    completes: ['installed'],
    addresses: 'name',
  },
  flags: {all},
  async run({flags, operands: [name = '']}, environment) {
    const result = await why(name, environment)
    return {json: result, text: () => renderWhy(result, roomOf(flags.all))}
  },
})
