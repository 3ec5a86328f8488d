import {defineCommand} from '../../cli/definition.ts'
import {dryRun, offline} from '../../cli/flags.ts'
import {exitCodes} from '../../errors.ts'
import type * as Operation from '../../operations/image/write.ts'
import type * as Render from '../../render/image.ts'

/** Brings the texts of images with it, which no other command shall load. */
async function parts(): Promise<
  Pick<typeof Operation, 'imageWrite'> & Pick<typeof Render, 'renderImageWrite'>
> {
  const {imageWrite} = await import('../../operations/image/write.ts')
  const {renderImageWrite} = await import('../../render/image.ts')
  return {imageWrite, renderImageWrite}
}

export default defineCommand({
  summary: 'write the files of the image anew from manifest and lockfile',
  tells: 'success',
  description:
    'The same manifest and lockfile give the same bytes. Files of rocks that are nothing but Lua are fetched where the project lacks them, and verified. What stands in a section that says "yours" is kept. A file that was changed elsewhere, or is not from here, is kept as well, what would change is shown, and the command ends with 4; --force replaces it.',
  examples: [
    'prosody-mods image write',
    'prosody-mods image write --dry-run',
    'prosody-mods image write --force',
  ],
  flags: {
    force: {type: 'switch', description: 'replace files that were changed outside of your sections'},
    'dry-run': dryRun,
    offline,
  },
  async run({flags}, environment) {
    const {imageWrite, renderImageWrite} = await parts()
    const result = await imageWrite(
      {force: flags.force, dryRun: flags['dry-run'], offline: flags.offline},
      environment,
    )
    return {
      json: result,
      exitCode: result.files.some(({action}) => action === 'keep') ? exitCodes.OWNED_FILE_CHANGED : 0,
      text: () => renderImageWrite(result),
    }
  },
})
