import {format} from 'prettier'
import {variableTable} from '../src/image/container/files/variable-table.ts'
import {profiles, variablesByProfile, type Profile} from '../src/image/container/variables/index.ts'
import type {VariableType} from '../src/image/container/variables/types.ts'

const types: Readonly<Record<VariableType, string>> = {
  text: 'any text',
  secret: 'any text, which no message shows',
  domain: 'a domain name; lower case is made of it',
  domains: 'domain names, separated by commas',
  flag: '1, true, yes, on, or 0, false, no, off',
  integer: 'a whole number',
  choice: 'one of the words that are named',
  list: 'words, separated by commas',
  modules: 'names of modules that are in the image, without `mod_`, separated by commas',
  rate: 'bytes in a second, as Prosody has them: `10kb/s`',
  jids: 'addresses like `ann@example.org`, separated by commas',
  addresses: 'IP addresses and networks like `10.0.0.0/8`, separated by commas',
  path: 'an absolute path in the container',
  url: 'a URL of http or https',
  key: 'a public key or certificate in PEM',
  components: '`NAME:TYPE`, separated by commas',
  externals: '`NAME:SECRET` or `NAME`, separated by commas',
  configuration: 'options as a configuration of Prosody has them: `name = value`',
}

const titles: Readonly<Record<Profile, string>> = {
  jitsi: 'Profile jitsi: names of docker-jitsi-meet',
  xmpp: "Profile xmpp: names of the Prosody project's own image",
  minimal: 'Profile minimal',
}

/** Writes the page of all variables of all profiles, laid out. */
export async function variablesPage(): Promise<string> {
  const text = `# Variables of images

What an image of \`prosody-mods image\` reads from the environment, by profile. This page is written from the tables that
the images themselves are made from (\`tsx tools/image-variables.ts\`); an image of yours lists its own in IMAGE.md, without
those of modules that it lacks.

Each value may also lie in a file: NAME_FILE names it, or it is the file NAME in the folder that $CREDENTIALS_DIRECTORY
names; line ends at its end do not count. Empty is the same as unset. \`\${NAME}\` in a default is the value of another
variable. A value that is wrong, or missing where it is required, ends the start with exit code 1 and one line: the
variable, what was expected, what was found.

## Types

| type | what it is |
| --- | --- |
${Object.entries(types)
  .map(([type, what]) => `| ${type} | ${what} |\n`)
  .join('')}
${profiles.map(profileText).join('\n')}`
  return format(text, {parser: 'markdown', printWidth: 120, proseWrap: 'preserve'})
}

function profileText(profile: Profile): string {
  const {groups, ignored} = variablesByProfile[profile]
  const listed = groups.map(({title, variables}) => `### ${title}\n\n${variableTable(variables)}\n`).join('')
  const byReason = new Map<string, string[]>()
  for (const {name, because} of ignored)
    byReason.set(because, [...(byReason.get(because) ?? []), `\`${name}\``])
  const without =
    ignored.length === 0
      ? ''
      : `### Without effect

Where one of these is set, a line at the start says so.

| variables | why |
| --- | --- |
${[...byReason].map(([because, names]) => `| ${names.join(', ')} | ${because} |\n`).join('')}`
  return `## ${titles[profile]}\n\n${listed}${without}`
}
