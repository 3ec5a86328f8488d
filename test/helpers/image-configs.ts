import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {imageFolder} from '../../src/image/container/paths.ts'
import type {Profile} from '../../src/image/container/variables/index.ts'
import {luaString} from '../../src/text/lua-string.ts'
import {newSandbox} from './cli.ts'
import type {Environment} from './image-container.ts'
import {everything} from './image-proof/every-switch.ts'
import {required} from './image-proof/jitsi-settings.ts'
import {ownProject} from './image-project.ts'
import {jitsiLayouts, jitsiProject} from './jitsi-like.ts'
import type {MadeConfig} from './made-configs.ts'
import type {ProsodyLine} from './project.ts'

/** Of each profile, environments that its configuration is read in: with what has to be set, and with much more. */
const environments = {
  jitsi: [required, {...required, ...everything}],
  xmpp: [
    {PROSODY_VIRTUAL_HOSTS: 'chat.example', PROSODY_C2S_REQUIRE_ENCRYPTION: '0'},
    {
      ...{PROSODY_VIRTUAL_HOSTS: 'chat.example,Other.example', PROSODY_ENABLE_MODULES: 'bosh,websocket'},
      ...{PROSODY_COMPONENTS: 'rooms.chat.example:muc', PROSODY_EXTERNAL_COMPONENTS: 'bot.chat.example'},
      ...{PROSODY_COMPONENT_SECRET: 'a: secret', PROSODY_C2S_REQUIRE_ENCRYPTION: '0'},
      ...{PROSODY_ADMINS: 'ann@chat.example', PROSODY_ADMIN_PASSWORD: `of 'this" test, only #1`},
      ...{PROSODY_SQL_DRIVER: 'SQLite3', PROSODY_LOGLEVEL: 'debug', PROSODY_TRUSTED_PROXIES: '10.0.0.0/8'},
    },
  ],
  minimal: [
    {PROSODY_DOMAIN: 'one.example'},
    {
      ...{PROSODY_DOMAIN: 'one.example', PROSODY_ENABLE_MODULES: 'bosh,mam', ENABLE_IPV6: '0'},
      ...{PROSODY_ADMINS: 'ann@one.example', PROSODY_ADMIN_PASSWORD: 'pw', PROSODY_HTTP_PORT: '5999'},
    },
  ],
} as const satisfies Record<Profile, readonly Environment[]>

/** A configuration that `image init` has written, and an environment in which Prosody reads it. */
export interface ImageConfig {
  readonly name: string
  readonly variables: Environment
  /** Whether its hosts are called by name. */
  readonly isNamed: boolean
  /** @param folder absolute, where it shall lie in place of the folders of an image */
  readonly at: (folder: string) => MadeConfig
}

/** Makes an image's files of each profile, for a line of Prosody. */
export async function imageConfigs(line: ProsodyLine): Promise<ImageConfig[]> {
  const found: ImageConfig[] = []
  for (const profile of ['xmpp', 'minimal'] as const) {
    const sandbox = await newSandbox()
    try {
      await ownProject(sandbox, ['greeting', 'room_note', 'auth_nobody'], {line})
      const {code, stdout, stderr} = await sandbox.cli(['image', 'init', '--profile', profile])
      if (code !== 0) throw new Error(stdout + stderr)
      found.push(...configsIn(profile, profile, await filesOf(sandbox.project)))
    } finally {
      await sandbox.remove()
    }
  }
  for (const layout of jitsiLayouts) {
    const project = await jitsiProject(layout, line)
    try {
      await project.cli('image', 'init', '--profile', 'jitsi')
      found.push(...configsIn(`jitsi of layout ${layout}`, 'jitsi', await filesOf(project.folder)))
    } finally {
      await project.remove()
    }
  }
  return found
}

/** `XMPP_DOMAIN` is the host below which all others are. */
function hostOf(variable: string): string {
  const [, label] = /^XMPP_(.+)_DOMAIN$/.exec(variable) ?? []
  return `${label === undefined ? '' : `${label.toLowerCase().replaceAll('_', '-')}.`}meet.jitsi`
}

type Files = Readonly<Record<string, string>>

const main = 'prosody.cfg.lua'

/** As they are written, and with names of hosts in the place of the variables: what hosts have is known by these alone. */
function configsIn(title: string, profile: Profile, files: Files): ImageConfig[] {
  return environments[profile].flatMap((variables, index) => {
    const name = `${title}, ${index === 0 ? 'as little as can be' : 'much'}`
    const named = {...files, [main]: withHosts(files[main] ?? '', variables)}
    return [
      {name, variables, isNamed: false, at: (folder: string) => ({name, files: moved(files, folder)})},
      {
        ...{name: `${name}, hosts named`, variables, isNamed: true},
        at: (folder: string) => ({name, files: moved(named, folder)}),
      },
    ]
  })
}

function moved(files: Files, folder: string): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text.replaceAll(imageFolder, join(folder, 'prosody-image')),
    ]),
  )
}

function withHosts(text: string, variables: Environment): string {
  return text
    .replaceAll(/\benv\.([A-Z]+_(?:[A-Z_]+_)?DOMAIN)\b/g, (_, name: string) =>
      luaString(variables[name] ?? hostOf(name)),
    )
    .replaceAll(
      /\benv\.PROSODY_VIRTUAL_HOSTS\b/g,
      () => `({ ${(variables['PROSODY_VIRTUAL_HOSTS'] ?? '').split(',').map(luaString).join(', ')} })`,
    )
}

/** The configuration first, and all that it reads. */
async function filesOf(folder: string): Promise<Files> {
  const below = async (name: string): Promise<string[]> =>
    (await readdir(join(folder, name))).map((file) => `${name}/${file}`)
  const paths = [main, ...(await below('conf.d')), ...(await below('prosody-image'))]
  const texts = paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}
