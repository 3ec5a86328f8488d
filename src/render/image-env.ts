import type {ImageEnvResult} from '../operations/image/env.ts'
import {visible} from '../plain-text.ts'
import {lines} from './common.ts'

/** Writes what goes into the .env of docker-jitsi-meet; all else stands behind #, so that it is an env file as it is. */
export function renderImageEnv(result: ImageEnvResult): string {
  const {tag, byHand, volume, install} = result
  return lines(
    [`# for ${tag} of docker-jitsi-meet`],
    result.lines.flatMap(({text, replaces, isSet}) => [
      ...(replaces === null
        ? []
        : [isSet ? `# as line ${replaces} of .env has it:` : `# in place of line ${replaces} of .env:`]),
      text,
    ]),
    byHand.map((text) => `# by hand: ${visible(text)}`),
    [
      '# the modules go where the Compose file mounts them from:',
      `#   ${visible(install)}`,
      `#   ${volume}`,
      '# and then: docker compose up -d --force-recreate prosody',
    ],
  )
}
