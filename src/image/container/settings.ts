import {ProsodyModsError} from '../../errors.ts'
import {defaultDebian, defaultProsody, type Manifest} from '../../project/manifest.ts'
import type {Registry} from '../../registry/registry.ts'
import {knownSuites} from '../../resolve/libraries.ts'
import {contentsOf} from '../dockerfile.ts'
import type {Profile} from './variables/index.ts'

/** How much of the base an image keeps. */
export type Variant = 'slim' | 'scratch'

/** What the manifest's `image` says, with defaults filled in. */
export interface ImageSettings {
  readonly profile: Profile
  readonly variant: Variant
  /** The image to start from, with its registry: docker.io/library/debian:trixie-slim */
  readonly base: string
  /** The suite of Debian that the base has. */
  readonly debian: string
  /** The release line of the Prosody in that suite. */
  readonly prosody: string
  /** The version of Lua that runs it. */
  readonly lua: string
  /** Packages to install besides, sorted. */
  readonly packages: readonly string[]
  /** Number of the user, and of its group. */
  readonly uid: number
  readonly labels: Readonly<Record<string, string>>
}

/** The number of the user in images that name none. */
export const defaultUid = 522

/** The version of Lua that runs Debian's Prosody. */
const debianLua = '5.4'

/**
 * Reads what the manifest says of the image. Throws IMAGE_MISSING where it says nothing of one, IMAGE_INVALID for a base
 * of which no packages are known, and for what does not go together.
 */
export function imageSettings(
  {image = {}, prosody = defaultProsody}: Manifest,
  registry: Registry,
): ImageSettings {
  const {profile, variant = 'slim', packages = [], uid = defaultUid, labels = {}} = image
  if (profile === undefined) {
    throw new ProsodyModsError(
      'IMAGE_MISSING',
      'prosody-mods.json says nothing of an image: "image" has no "profile"',
      {
        hint: 'run "prosody-mods image init --profile jitsi", or xmpp, or minimal',
      },
    )
  }
  const base = fullName(image.base ?? `debian:${image.debian ?? defaultDebian}-slim`)
  const debian = suiteOf(base, image, registry)
  const line = registry.suites.find(({name}) => name === debian)?.prosody
  if (line === undefined || registry.prosodyLine(line) === undefined)
    throw invalid(`nothing is known of the Prosody of Debian ${debian}`, known(registry))
  if (prosody !== line) {
    throw invalid(
      `the manifest is for Prosody ${prosody}, and that of ${base} is ${line}`,
      `set "prosody" to "${line}" and run "prosody-mods install", or take a suite that has ${prosody}`,
    )
  }
  if (image.lua !== undefined && image.lua !== debianLua)
    throw invalid(
      `"lua" is ${image.lua}, and Debian's Prosody runs with ${debianLua}`,
      'leave "lua" out of "image"',
    )
  return {
    ...{profile, variant, base, debian, prosody: line, lua: debianLua, uid, labels},
    packages: [...new Set(packages)].sort(),
  }
}

/** Names the registry and the folder of an image that has none: not all programs that build know where to look. */
function fullName(image: string): string {
  const [first = ''] = image.split('/')
  if (!image.includes('/')) return `docker.io/library/${image}`
  return /[.:]/.test(first) || first === 'localhost' ? image : `docker.io/${image}`
}

/** Images of other systems by their names: what "debian" says of them can't be. */
const others =
  /(?:^|\/)(?:almalinux|alpine|amazonlinux|archlinux|busybox|centos|fedora|opensuse|oraclelinux|rockylinux|scratch|ubi\d*|ubuntu|void-linux)(?:[:@/-]|$)/

function suiteOf(base: string, image: NonNullable<Manifest['image']>, registry: Registry): string {
  if (others.test(base))
    throw invalid(`${base} is not Debian, and only of Debian's packages anything is known`, known(registry))
  const suite = image.debian ?? defaultDebian
  const found = contentsOf(base, registry.suites).debian
  if (found === undefined && image.debian === undefined) {
    throw invalid(
      `what is in ${base} can't be told from its name`,
      'say which suite of Debian it has: "image": {"debian": "trixie"}',
    )
  }
  // What modules need was looked up for that suite.
  if (found !== undefined && found !== suite) {
    throw invalid(
      `"base" is ${base}, and "debian" is ${suite}`,
      `set "debian" to "${found}" and "prosody" to what it has, and run "prosody-mods install", or take a base of ${suite}`,
    )
  }
  if (!knownSuites(registry.libraries).includes(suite))
    throw invalid(`nothing is known of the packages of Debian ${suite}`, known(registry))
  return suite
}

function known(registry: Registry): string {
  return `suites that are known: ${knownSuites(registry.libraries).join(', ')}`
}

function invalid(message: string, hint: string): ProsodyModsError {
  return new ProsodyModsError('IMAGE_INVALID', `prosody-mods.json: image: ${message}`, {hint})
}
