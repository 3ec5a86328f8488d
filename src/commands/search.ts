import {defineCommand} from '../cli/definition.ts'
import {all} from '../cli/flags.ts'
import {wholeNumber} from '../cli/whole-number.ts'
import {search, type SearchRequest} from '../operations/search.ts'
import {roomOf} from '../render/room.ts'
import {renderSearch} from '../render/search.ts'

export default defineCommand({
  summary: 'find modules by their name and by what they do',
  description:
    'Searches the registry that comes with prosody-mods: names, what modules do, XEPs, stages and labels; with --option ' +
    'and the like, what their newest known code names. A part of a name is enough, and all that is given must be found. ' +
    'What fits best comes first: the exact name, names that begin so, a word of the name, a part of it, the text. ' +
    'On a terminal the first 20 are shown. Exits with 0 also when nothing is found.',
  examples: [
    'prosody-mods search moderation',
    'prosody-mods search avatar',
    'prosody-mods search XEP-0363',
    'prosody-mods search "muc lobby"',
    'prosody-mods search token --limit 5',
    'prosody-mods search lobby token --source jitsi-contrib',
    'prosody-mods search --source jitsi --all',
    'prosody-mods search --option asap_accepted',
    'prosody-mods search --hook muc-occupant-joined --source jitsi',
    'prosody-mods search --library cjson',
  ],
  operands: {
    name: 'word',
    description: 'words that must all be found; none lists everything',
    required: false,
    many: true,
    addresses: 'name',
  },
  flags: {
    source: {
      type: 'text',
      value: '<source>',
      completes: ['sources'],
      description: 'only modules of this source',
    },
    option: {type: 'text', value: '<name>', description: 'modules that read such an option'},
    hook: {type: 'text', value: '<event>', description: 'modules that hook such an event'},
    library: {type: 'text', value: '<name>', description: 'modules that require such a Lua library'},
    feature: {type: 'text', value: '<namespace>', description: 'modules that announce such a feature'},
    xep: {type: 'text', value: '<number>', description: 'modules that are about this XEP'},
    limit: {type: 'text', value: '<number>', description: 'show so many modules; 20 on a terminal, else all'},
    all,
  },
  run({flags, operands}, environment) {
    const {source, xep} = flags
    const limit = wholeNumber('--limit', flags.limit)
    const result = search(
      {
        words: operands,
        terms: termsOf(flags),
        ...(source === undefined ? {} : {source}),
        ...(xep === undefined ? {} : {xep}),
        ...(limit === undefined ? {} : {limit}),
      },
      environment,
    )
    return {json: result, text: () => renderSearch(result, roomOf(flags.all || limit !== undefined))}
  },
})

function termsOf({
  option,
  hook,
  library,
  feature,
}: Readonly<Partial<Record<'option' | 'hook' | 'library' | 'feature', string | undefined>>>): NonNullable<
  SearchRequest['terms']
> {
  return {
    ...(option === undefined ? {} : {options: option}),
    ...(hook === undefined ? {} : {hooks: hook}),
    ...(library === undefined ? {} : {libraries: library}),
    ...(feature === undefined ? {} : {features: feature}),
  }
}
