import {defineCommand} from '../../cli/definition.ts'
import {cachePath} from '../../operations/cache.ts'

export default defineCommand({
  summary: 'print the folder of the store',
  examples: ['prosody-mods cache path'],
  flags: {},
  run(_input, environment) {
    const result = cachePath(environment)
    return {json: result, verbatim: true, text: () => `${result.folder}\n`}
  },
})
