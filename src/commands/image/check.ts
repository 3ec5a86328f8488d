import {defineCommand} from '../../cli/definition.ts'
import {offline} from '../../cli/flags.ts'
import {findingsExit} from '../../errors.ts'
import type * as Operation from '../../operations/image/check.ts'
import type * as Render from '../../render/image.ts'

/** Brings the texts of images with it, which no other command shall load. */
async function parts(): Promise<
  Pick<typeof Operation, 'imageCheck'> & Pick<typeof Render, 'renderImageCheck'>
> {
  const {imageCheck} = await import('../../operations/image/check.ts')
  const {renderImageCheck} = await import('../../render/image.ts')
  return {imageCheck, renderImageCheck}
}

export default defineCommand({
  summary: 'say without building whether the image fits',
  description:
    'Looks at the files of the image, the modules, packages that the manifest adds, what prosody.cfg.lua and conf.d enable, and where .env is beside the manifest, at its variables as the image will judge them, at secrets/ and certs/. Exits with 6 where something does not fit.',
  examples: [
    'prosody-mods image check',
    'prosody-mods image check --variables production.env',
    'prosody-mods image check --offline --json',
  ],
  flags: {
    // Not --env-file: Node.js takes that for its own, wherever it stands.
    variables: {
      type: 'text',
      value: '<file>',
      completes: ['files'],
      description: 'file with variables to judge, in place of .env',
    },
    offline,
  },
  async run({flags}, environment) {
    const {imageCheck, renderImageCheck} = await parts()
    const result = await imageCheck({envFile: flags.variables, offline: flags.offline}, environment)
    return {
      json: result,
      exitCode: result.problems.length === 0 ? 0 : findingsExit,
      text: () => renderImageCheck(result),
      quiet: () => (result.problems.length === 0 ? '' : renderImageCheck({...result, notes: []})),
    }
  },
})
