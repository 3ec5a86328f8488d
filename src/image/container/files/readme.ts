import type {ImageContents} from '../contents.ts'
import {sealed, userSection} from '../sections.ts'
import {variableGroups} from '../variables/index.ts'
import {portsOf} from './ports.ts'
import {imageSecrets} from './secrets.ts'
import {variableTable} from './variable-table.ts'

/** Writes IMAGE.md: how the image is built and run, and all that can be set. */
export function readmeText(contents: ImageContents): string {
  const {settings, modules} = contents
  const {profile, base, prosody, uid, variant} = settings
  const secrets = imageSecrets(contents)
  const head = '<!-- Written by "prosody-mods image write" from prosody-mods.json and its lockfile. -->\n'
  const named = modules.named.map(({name}) => `\`${name}\``).join(', ')
  const body = `# Image: Prosody ${prosody}, ${profile}

On ${base}${variant === 'scratch' ? ', of which only the files that Prosody needs are in the image' : ''}; runs as user ${uid}, or
under any other number with group 0, on a read-only root; writes to /var/lib/prosody alone.${named === '' ? '' : ` Modules of its own: ${named}.`}

## Build and run

\`\`\`sh
prosody-mods install --frozen
cp --no-clobber .env.example .env
mkdir --parents certs secrets && chmod 700 secrets
for name in ${secrets.map(({name}) => name).join(' ')}; do
  test -e secrets/$name || head -c 32 /dev/urandom | base64 >secrets/$name
done
docker compose up --build
\`\`\`

${certificatesText(profile)}

## Ports

| port | for |
| ---: | --- |
${portsOf(profile)
  .map(({number, what}) => `| ${number} | ${what} |\n`)
  .join('')}
## Volumes

| folder | holds |
| --- | --- |
| /var/lib/prosody | all that is written; must be writable for the container's user or for group 0 |
| /etc/prosody/certs | certificates and keys, read only |

## Signals and health

SIGTERM ends the server in order, SIGHUP makes it read configuration and certificates again. The health check opens a
stream on the port for clients and waits for the features of the first host.

${userSection('notes', '<!--')}
## Variables

Each value may also lie in a file that NAME_FILE names, or in a file NAME of the folder that $CREDENTIALS_DIRECTORY
names. Empty is the same as unset. A wrong value ends the start with a line that says what was expected.
${variableGroups(profile, modules)
  .map(({title, variables}) => `\n### ${title}\n\n${variableTable(variables)}`)
  .join('')}`
  return sealed(head, body, '<!--')
}

function certificatesText(profile: ImageContents['settings']['profile']): string {
  return profile === 'jitsi'
    ? 'Without certificates in certs/ the server makes some for itself, which Jicofo and bridges accept.'
    : 'Certificates belong into certs/: HOST.crt and HOST.key. Without any there is no TLS, and clients get in over\nWebSocket or BOSH behind a proxy that has TLS.'
}
