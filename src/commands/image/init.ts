import {defineCommand} from '../../cli/definition.ts'
import {dryRun, offline} from '../../cli/flags.ts'
import {exitCodes, ProsodyModsError} from '../../errors.ts'
import type * as Operation from '../../operations/image/write.ts'
import type * as Render from '../../render/image.ts'

const choices = {profile: ['jitsi', 'xmpp', 'minimal'], variant: ['slim', 'scratch']} as const

/** Brings the texts of images with it, which no other command shall load. */
async function parts(): Promise<
  Pick<typeof Operation, 'imageInit'> & Pick<typeof Render, 'renderImageWrite'>
> {
  const {imageInit} = await import('../../operations/image/write.ts')
  const {renderImageWrite} = await import('../../render/image.ts')
  return {imageInit, renderImageWrite}
}

export default defineCommand({
  summary: 'make an image of the project: Dockerfile, configuration, compose file',
  tells: 'success',
  description:
    'Writes "image" into prosody-mods.json and then what "prosody-mods image write" writes. Without --profile, the modules decide: jitsi where Jitsi\'s plugins are locked, else xmpp. The configuration reads all that differs between installations from the environment; IMAGE.md lists the variables.',
  examples: [
    'prosody-mods image init',
    'prosody-mods image init --profile xmpp --variant scratch',
    'prosody-mods image init --profile jitsi --base registry.example.org/debian:trixie-slim',
  ],
  flags: {
    profile: {type: 'text', value: '<profile>', description: 'jitsi, xmpp or minimal'},
    base: {
      type: 'text',
      value: '<image>',
      description:
        "what the image starts from, perhaps with a digest; debian:<suite>-slim of the manifest's suite by default",
    },
    variant: {
      type: 'text',
      value: '<variant>',
      description: 'slim (the default) keeps the base, scratch only the files of it that Prosody needs',
    },
    force: {type: 'switch', description: 'replace files of these names that are there'},
    'dry-run': dryRun,
    offline,
  },
  async run({flags}, environment) {
    for (const name of ['profile', 'variant'] as const) refuseOther(name, flags[name])
    const {imageInit, renderImageWrite} = await parts()
    const result = await imageInit(
      {
        profile: flags.profile,
        base: flags.base,
        variant: flags.variant,
        force: flags.force,
        dryRun: flags['dry-run'],
        offline: flags.offline,
      },
      environment,
    )
    return {
      json: result,
      exitCode: result.files.some(({action}) => action === 'keep') ? exitCodes.OWNED_FILE_CHANGED : 0,
      text: () => renderImageWrite(result),
    }
  },
})

function refuseOther(name: 'profile' | 'variant', given: string | undefined): void {
  const known: readonly string[] = choices[name]
  if (given === undefined || known.includes(given)) return
  throw new ProsodyModsError('USAGE', `--${name}: there is no ${name} ${JSON.stringify(given)}`, {
    hint: `there are ${known.join(', ')}`,
    details: {flag: `--${name}`},
  })
}
