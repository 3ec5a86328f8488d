import {ProsodyModsError} from '../../errors.ts'
import {pluginPaths} from '../../image/config.ts'
import {configInput} from '../../image/config-input.ts'
import type {ImageContents} from '../../image/container/contents.ts'
import {mentionedNames} from '../../image/container/image-files.ts'
import type {ImageModules} from '../../image/container/modules.ts'
import {modulesDigest} from '../../image/container/modules-digest.ts'
import {imageSettings, type ImageSettings} from '../../image/container/settings.ts'
import {modulesPathOf, unknownKeyWarnings} from '../../project/manifest.ts'
import {coreFolder} from '../../prosody/layout-proof.ts'
import type {Registry} from '../../registry/registry.ts'
import {outOfDate} from '../../resolve/out-of-date.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {outdatedLock} from '../install/frozen.ts'
import {lockedFacts} from './facts.ts'
import {imagePatches} from './patches.ts'
import {moduleLibraries, namedModules, type LeftToUser} from './modules.ts'
import {serveAll} from './serve.ts'

/** What an image is made from, and what is to be said of it. */
export interface FoundContents {
  readonly contents: ImageContents
  /** For people, one line each. */
  readonly notes: readonly string[]
}

/** Packages that every image has. */
const always = ['ca-certificates', 'lua-dbi-postgresql', 'lua-dbi-sqlite3', 'lua-unbound', 'prosody']

/** Packages of profiles: what their configuration requires itself. */
const ofProfile = {
  jitsi: ['lua-filesystem', 'lua-luaossl', 'lua-socket'],
  xmpp: ['lua-filesystem', 'lua-socket'],
  minimal: ['lua-filesystem', 'lua-socket'],
} as const

/**
 * Finds what the image of a project is made from. Throws IMAGE_MISSING, IMAGE_INVALID, LOCKFILE_OUTDATED, NOT_INSTALLED,
 * and IMAGE_UNMET
 * for modules whose libraries nothing brings, or that the profile can't do without.
 */
export async function findContents(
  project: ProjectWithLock,
  environment: Environment,
): Promise<FoundContents> {
  const {manifest, lock} = project
  const {registry} = environment
  const settings = imageSettings(manifest, registry)
  const differences = outOfDate(manifest, lock, registry)
  if (differences.length > 0) throw outdatedLock(differences)
  const facts = await lockedFacts(project, environment)
  const {named, left} = namedModules(project, {profile: settings.profile, facts})
  const libraries = moduleLibraries(project, facts)
  const all = new Set(libraries.map(({name}) => name))
  refuseWithoutTree(settings, all)
  const used = mentionedNames(settings.profile, {all, named, unmet: new Map()})
  const served = serveAll(libraries, {settings, registry, used})
  const patches = imagePatches(project, {prosody: settings.prosody, registry})
  const modules: ImageModules = {all, named, unmet: served.unmet}
  const contents: ImageContents = {
    settings,
    modules,
    modulesPath: modulesPathOf(manifest),
    folders: [...pluginPaths(configInput({manifest, lock})), coreFolder(lineOf(settings, registry)).path],
    packages: [
      ...new Set([
        ...always,
        ...ofProfile[settings.profile],
        ...served.packages,
        ...settings.packages,
        ...(patches.length === 0 ? [] : ['patch']),
      ]),
    ].sort(),
    copies: served.copies,
    libraries: served.libraries,
    rocks: served.rocks,
    rockPackages: served.rockPackages,
    patches,
    digest: modulesDigest(lock),
  }
  return {
    contents,
    notes: [
      ...unknownKeyWarnings(manifest).map(({message}) => message),
      ...left.map((one) => leftNote(one, settings)),
      ...unmetNotes(served.unmet),
    ],
  }
}

function lineOf({prosody}: ImageSettings, registry: Registry): Parameters<typeof coreFolder>[0] {
  const line = registry.prosodyLine(prosody)
  if (line === undefined) throw new Error(`Prosody ${prosody} was known before`)
  return line
}

function refuseWithoutTree({profile}: ImageSettings, all: ReadonlySet<string>): void {
  if (profile !== 'jitsi' || all.has('client_proxy')) return
  throw new ProsodyModsError('IMAGE_UNMET', "the profile jitsi needs Jitsi's plugins, and none are locked", {
    hint: 'run "prosody-mods add jitsi", or take another profile: xmpp, minimal',
  })
}

const sectionFor: Readonly<Record<LeftToUser['where'], string>> = {
  authentication: 'set authentication',
  storage: 'set storage',
  'muc-component': 'make a component of type muc',
  'in-component': 'make its component',
  component: 'make a component of it',
  global: 'enable it',
  host: 'enable it',
}

function leftNote({name, where}: LeftToUser, {profile}: ImageSettings): string {
  return `${name} is in the image and not enabled: the profile ${profile} has no place for it; ${sectionFor[where]} in a section of your own of prosody.cfg.lua, or in conf.d/`
}

function unmetNotes(unmet: ImageModules['unmet']): string[] {
  const byLibraries = new Map<string, string[]>()
  for (const [name, libraries] of unmet) {
    const text = libraries.join(', ')
    byLibraries.set(text, [...(byLibraries.get(text) ?? []), name])
  }
  return [...byLibraries].map(
    ([libraries, names]) =>
      `${names.sort().join(', ')}: not for use, since ${libraries} comes as a rock alone; name one of them in prosody-mods.json, and the image gets it`,
  )
}
