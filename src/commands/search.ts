import {defineCommand} from '../cli/definition.ts'
import {search} from '../operations/search.ts'
import {renderSearch} from '../render/read.ts'

export default defineCommand({
  summary: 'find modules by their name and by what they do',
  description:
    'Searches the registry that comes with prosody-mods: names, what modules do, XEPs, stages and labels. Exits with 0 ' +
    'also when nothing is found.',
  examples: [
    'prosody-mods search moderation',
    'prosody-mods search avatar',
    'prosody-mods search XEP-0363',
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
