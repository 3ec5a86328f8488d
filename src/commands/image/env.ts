import {defineCommand} from '../../cli/definition.ts'
import type {imageEnv as Operation} from '../../operations/image/env.ts'
import {renderImageEnv} from '../../render/image-env.ts'

/** Reads modules, which no other command need load for it. */
async function operation(): Promise<typeof Operation> {
  return (await import('../../operations/image/env.ts')).imageEnv
}

export default defineCommand({
  summary: 'print the lines for the .env of docker-jitsi-meet',
  description:
    'For a project that "prosody-mods init --for docker-jitsi-meet" made: the variables that enable the modules of the manifest, each on the host where it belongs by its code, with what .env beside the manifest enables already. All else stands behind #, so the output can go into .env as it is: the last line of a variable counts.',
  examples: ['prosody-mods image env', 'prosody-mods image env -C .. --json'],
  flags: {},
  async run(_, environment) {
    const imageEnv = await operation()
    const result = await imageEnv(environment)
    // Lines of an .env, which are copied as they are.
    return {json: result, verbatim: true, text: () => renderImageEnv(result)}
  },
})
