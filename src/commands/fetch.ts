import {defineCommand} from '../cli/definition.ts'
import type {fetchProject as Operation} from '../operations/fetch.ts'
import {renderFetch} from '../render/write.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/fetch.ts')).fetchProject
}

export default defineCommand({
  summary: 'bring every file of the lockfile into the store',
  tells: 'success',
  description:
    'The project is not touched. Files are verified against the lockfile; local folders are read when they are needed.',
  examples: ['prosody-mods fetch', 'prosody-mods fetch -C my-image'],
  flags: {},
  async run(_input, environment) {
    const fetchProject = await operation()
    const result = await fetchProject(environment)
    return {json: result, text: () => renderFetch(result)}
  },
})
