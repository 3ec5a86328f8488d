import type {JitsiTag} from './jitsi-image.ts'

/** Folders of plugins in docker-jitsi-meet's image of Prosody. */
export const jitsiFolders = {
  /** Where users put modules of their own. */
  custom: '/prosody-plugins-custom',
  /** Jitsi's modules, and some that docker-jitsi-meet takes from elsewhere. */
  jitsi: '/prosody-plugins',
  /** Those of jitsi-contrib. */
  contrib: '/prosody-plugins-contrib',
} as const

/** Which server an image is started as, by PROSODY_MODE: `main` is `client`, its default. */
export type JitsiMode = 'main' | 'visitors' | 'brewery'

type Folder = keyof typeof jitsiFolders

/** A configuration of the image, and where it searches for modules. */
export interface JitsiConfiguration {
  readonly mode: JitsiMode
  /** Below conf.d. */
  readonly file: string
  /** First to last. */
  readonly folders: readonly Folder[]
}

/** What holds from a release on. */
type Since<T> = readonly (readonly [from: string, T])[]

const old: readonly Folder[] = ['jitsi', 'custom']
const usual: readonly Folder[] = ['jitsi', 'custom', 'contrib']

/**
 * plugin_paths by release, newest first: prosody/rootfs/defaults/conf.d of docker-jitsi-meet at its tags, and its pull
 * request 2178 (custom first, in one of the three). Before 3936 Jitsi's modules were no part of the image.
 */
const searched: Readonly<Record<JitsiMode, Since<readonly Folder[]>>> = {
  main: [
    ['10655', ['custom', 'jitsi', 'contrib']],
    ['9457', usual],
    ['3936', old],
  ],
  visitors: [
    ['9457', usual],
    ['9078', old],
  ],
  brewery: [
    ['9457', usual],
    ['9220', old],
  ],
}

const files: Readonly<Record<JitsiMode, string>> = {
  main: 'jitsi-meet.cfg.lua',
  visitors: 'visitors.cfg.lua',
  brewery: 'brewery.cfg.lua',
}

/** The first release whose plugin folders are known. */
export const firstKnown = '3936'

/** Lists the configurations of a release with the folders that each searches; [] for one that is not known. */
export function jitsiConfigurations(tag: JitsiTag): readonly JitsiConfiguration[] {
  return (['main', 'visitors', 'brewery'] as const).flatMap((mode) => {
    const folders = at(searched[mode], tag)
    return folders === undefined ? [] : [{mode, file: files[mode], folders}]
  })
}

/**
 * The release of jitsi-contrib's modules in the image, `newest` for whichever was the newest on the day of the build:
 * VERSION_JITSI_CONTRIB_PROSODY_PLUGINS in prosody/Dockerfile, which went with e127e5d4.
 */
const contribs: Since<string> = [
  ['10888', 'newest'],
  ['10532', '20250923'],
  ['10314', '20250426'],
  ['9779', '20241017'],
  ['9457', '20240117'],
]

/** Returns the release of jitsi-contrib's modules in the image, `newest` of its day; undefined where it has none. */
export function contribIn(tag: JitsiTag): string | undefined {
  return at(contribs, tag)
}

/** Modules in Jitsi's folder that are not Jitsi's, with the releases that have them, and where they are from. */
const others: readonly {
  readonly name: string
  readonly from: string
  readonly until?: string
  readonly source: string
}[] = [
  {name: 'auth_matrix_user_verification', from: '7001', source: 'matrix-user-verification'},
  {name: 'matrix_power_sync', from: '7001', source: 'matrix-user-verification'},
  {name: 'auth_cyrus', from: '7210-1', source: 'community'},
  {name: 'auth_hybrid_matrix_token', from: '8922', until: '9457', source: 'jitsi-contrib'},
  {name: 'matrix_affiliation', from: '8922', until: '9457', source: 'jitsi-contrib'},
  {name: 'matrix_lobby_bypass', from: '9220', until: '9457', source: 'jitsi-contrib'},
  {name: 'http_health', from: '9584', source: 'community'},
  {name: 'muc_moderation', from: '10133-1', source: 'community'},
]

/** A module that docker-jitsi-meet puts beside Jitsi's own. */
export interface OtherModule {
  readonly name: string
  /** Id of the source that it was taken from. */
  readonly source: string
}

/** Lists the modules in Jitsi's folder of the image that are not Jitsi's. */
export function othersIn(tag: JitsiTag): readonly OtherModule[] {
  return others.filter(({from, until}) => has(from, tag) && (until === undefined || !has(until, tag)))
}

/** Tells whether the image lacks a module of its Jitsi release: docker-jitsi-meet took mod_smacks away, from 9220 on. */
export function isTakenAway(name: string, tag: JitsiTag): boolean {
  return name === 'smacks' && has('9220', tag) && !has('10169', tag)
}

/** Variables that take modules, by the release of docker-jitsi-meet that had them first. */
const variables: Readonly<Record<JitsiVariable, string>> = {
  XMPP_MODULES: '3508',
  XMPP_MUC_MODULES: '3508',
  XMPP_INTERNAL_MUC_MODULES: '3508',
  GLOBAL_MODULES: '3936',
  GLOBAL_CONFIG: '3936',
  JWT_AUTH_TYPE: '3936',
  XMPP_MUC_CONFIGURATION: '7439',
  XMPP_CONFIGURATION: '9078',
  XMPP_LOBBY_MUC_MODULES: '9078',
  XMPP_BREAKOUT_MUC_MODULES: '9078',
  XMPP_SPEAKERSTATS_MODULES: '9258',
}

/** A variable that docker-jitsi-meet's templates put into Prosody's configuration. */
export type JitsiVariable =
  | 'XMPP_MODULES'
  | 'XMPP_MUC_MODULES'
  | 'XMPP_INTERNAL_MUC_MODULES'
  | 'XMPP_LOBBY_MUC_MODULES'
  | 'XMPP_BREAKOUT_MUC_MODULES'
  | 'XMPP_SPEAKERSTATS_MODULES'
  | 'GLOBAL_MODULES'
  | 'GLOBAL_CONFIG'
  | 'XMPP_CONFIGURATION'
  | 'XMPP_MUC_CONFIGURATION'
  | 'JWT_AUTH_TYPE'

/** Tells whether a release of docker-jitsi-meet reads a variable. */
export function readsVariable(tag: JitsiTag, name: JitsiVariable): boolean {
  return has(variables[name], tag)
}

function at<T>(since: Since<T>, tag: JitsiTag): T | undefined {
  return since.find(([from]) => has(from, tag))?.[1]
}

/** Tells whether a release is `from`, such as `10133-1`, or a later one. */
function has(from: string, {build, revision}: JitsiTag): boolean {
  const [first = 0, mended = 0] = from.split('-').map(Number)
  return build > first || (build === first && revision >= mended)
}
