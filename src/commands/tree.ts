import {defineCommand} from '../cli/definition.ts'
import {all} from '../cli/flags.ts'
import {wholeNumber} from '../cli/whole-number.ts'
import {tree} from '../operations/needs-graph/tree.ts'
import {roomOf} from '../render/room.ts'
import {renderTree} from '../render/tree.ts'

export default defineCommand({
  summary: 'show what each module needs, and what serves it',
  description:
    'With a name, of that module alone, also of one that is a part of a whole tree; with --invert, what needs a module, ' +
    'Lua library, Debian package or rock.',
  examples: [
    'prosody-mods tree',
    'prosody-mods tree jitsi/polls',
    'prosody-mods tree --depth 1',
    'prosody-mods tree --invert basexx',
    'prosody-mods tree --json',
  ],
  operands: {
    name: 'name',
    description: 'a module or a whole tree; with --invert anything that is needed',
    required: false,
    many: false,
    completes: ['installed'],
    addresses: 'name',
  },
  flags: {
    depth: {type: 'text', value: '<number>', description: 'show so many levels below the first'},
    invert: {type: 'switch', description: 'show what needs a thing, in place of what it needs'},
    all,
  },
  async run({flags, operands: [name]}, environment) {
    const {invert} = flags
    const depth = flags.depth === '0' ? 0 : (wholeNumber('--depth', flags.depth) ?? Infinity)
    const result = await tree(environment, {invert, ...(name === undefined ? {} : {name})})
    return {json: result, text: () => renderTree(result, {...roomOf(flags.all), depth})}
  },
})
