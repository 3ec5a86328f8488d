import {defineCommand} from '../cli/definition.ts'
import {search} from '../operations/search.ts'
import {renderSearch} from '../render/read.ts'

export default defineCommand({
  summary: 'find modules by words of their name, stage or labels',
  description: 'Searches the registry that comes with prosody-mods. Exits with 0 also when nothing is found.',
  examples: [
    'prosody-mods search moderation',
    'prosody-mods search lobby token --source jitsi-contrib',
    'prosody-mods search --source jitsi',
  ],
  operands: {
    name: 'word',
    description: 'words that must all be found; none lists everything',
    required: false,
    many: true,
  },
  flags: {
    source: {type: 'text', value: '<source>', description: 'only modules of this source'},
  },
  run({flags, operands}, environment) {
    const result = search(
      {words: operands, ...(flags.source === undefined ? {} : {source: flags.source})},
      environment,
    )
    return {json: result, text: () => renderSearch(result)}
  },
})
