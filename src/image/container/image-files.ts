import {jitsiConfiguration} from './configuration/jitsi.ts'
import {minimalConfiguration} from './configuration/minimal.ts'
import {xmppConfiguration} from './configuration/xmpp.ts'
import type {ImageContents} from './contents.ts'
import {composeText} from './files/compose.ts'
import {dockerfileText} from './files/dockerfile.ts'
import {envExampleText} from './files/env-example.ts'
import {ignoreText} from './files/ignore.ts'
import {readmeText} from './files/readme.ts'
import {accountsLua} from './lua/accounts.ts'
import {certificatesLua} from './lua/certificates.ts'
import {environmentLua} from './lua/environment.ts'
import {healthLua} from './lua/health.ts'
import type {ImageModules} from './modules.ts'
import type {ImagePath} from './paths.ts'
import {sealed} from './sections.ts'
import type {Profile} from './variables/index.ts'

const configurations: Readonly<Record<Profile, (modules: ImageModules) => string>> = {
  jitsi: jitsiConfiguration,
  xmpp: xmppConfiguration,
  minimal: minimalConfiguration,
}

const makers: Readonly<Record<ImagePath, (contents: ImageContents) => string>> = {
  '.dockerignore': ignoreText,
  '.env.example': envExampleText,
  Dockerfile: dockerfileText,
  'IMAGE.md': readmeText,
  'compose.yaml': composeText,
  'prosody-image/certificates.lua': () => lua('makes certificates where there are none', certificatesLua),
  'prosody-image/environment.lua': ({settings: {profile}, modules, folders}) =>
    lua('reads the environment', environmentLua({profile, modules, folders})),
  'prosody-image/healthcheck.lua': ({settings}) =>
    lua('ends with 0 when clients can connect', healthLua(settings.profile)),
  'prosody-image/mod_image_accounts.lua': () =>
    lua('makes the accounts that the environment names', accountsLua),
  'prosody.cfg.lua': ({settings, modules}) =>
    sealed(
      `-- Written by "prosody-mods image write"; what can be set from outside is in IMAGE.md. Your own lines belong between
-- the lines that say "yours", or into conf.d/; with other changes, the file is not written again.
`,
      configurations[settings.profile](modules),
      '--',
    ),
}

/** Lists the names of modules that a configuration enables or makes components of, whatever the environment says. */
export function mentionedNames(profile: Profile, modules: ImageModules): ReadonlySet<string> {
  const texts = [...configurations[profile](modules).matchAll(/"([\w-]+)"/g)].map(([, text = '']) => text)
  return new Set(
    [...modules.all].filter((name) => texts.includes(name) || texts.includes(name.replace(/^auth_/, ''))),
  )
}

/** Writes the files of an image: path → text, with the user's sections empty. */
export function imageFiles(contents: ImageContents): ReadonlyMap<string, string> {
  return new Map(Object.entries(makers).map(([path, make]) => [path, make(contents)]))
}

function lua(what: string, text: string): string {
  return sealed(`-- Written by "prosody-mods image write": ${what}.\n`, text.replace(/^\n/, ''), '--')
}
