import {compareNumbers} from './keys.ts'
import type {VersionScheme} from './types.ts'

/** The scheme of a source that has exactly one version, whatever lies there now: a folder of modules. */
export const single: VersionScheme = {
  id: 'single',
  spelling: 'the word local, the only version of a source that is a folder or a file',
  parse: (text) => (text === 'local' ? {scheme: 'single', text, key: [0]} : undefined),
  compare: compareNumbers,
  components: () => [0],
}
