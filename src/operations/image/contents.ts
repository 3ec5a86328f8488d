import {ProsodyModsError} from '../../errors.ts'
import {buildPackages} from '../../image/commands.ts'
import {pluginPaths} from '../../image/config.ts'
import {configInput} from '../../image/config-input.ts'
import type {ImageContents} from '../../image/container/contents.ts'
import {mentionedNames} from '../../image/container/image-files.ts'
import type {ImageModules} from '../../image/container/modules.ts'
import {modulesDigest} from '../../image/container/modules-digest.ts'
import {imageSettings, type ImageSettings} from '../../image/container/settings.ts'
import {splitKey} from '../../module-key.ts'
import {modulesPathOf} from '../../project/manifest.ts'
import {coreFolder} from '../../prosody/layout-proof.ts'
import type {Registry} from '../../registry/registry.ts'
import {copyPlace, serveLibrary, type Served} from '../../resolve/libraries.ts'
import {needsTargetOf} from '../../resolve/needs.ts'
import {outOfDate} from '../../resolve/out-of-date.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {ProjectWithLock} from '../../workbench/open-project.ts'
import {outdatedLock} from '../install/frozen.ts'
import {lockedFacts} from './facts.ts'
import {moduleLibraries, namedModules, type LeftToUser, type ModuleLibraries} from './modules.ts'

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
  const modules: ImageModules = {all, named, unmet: served.unmet}
  const contents: ImageContents = {
    settings,
    modules,
    modulesPath: modulesPathOf(manifest),
    folders: [...pluginPaths(configInput({manifest, lock})), coreFolder(lineOf(settings, registry)).path],
    packages: [
      ...new Set([...always, ...ofProfile[settings.profile], ...served.packages, ...settings.packages]),
    ].sort(),
    copies: served.copies,
    rocks: served.rocks,
    rockPackages: served.rockPackages,
    digest: modulesDigest(lock),
  }
  return {contents, notes: [...left.map((one) => leftNote(one, settings)), ...unmetNotes(served.unmet)]}
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

interface ServedAll {
  readonly packages: readonly string[]
  readonly copies: ImageContents['copies']
  readonly rocks: ImageContents['rocks']
  readonly rockPackages: readonly string[]
  readonly unmet: ImageModules['unmet']
}

interface Asked {
  readonly settings: ImageSettings
  readonly registry: Registry
  /** Names of modules that the configuration enables. */
  readonly used: ReadonlySet<string>
}

/**
 * Finds what brings each library. Rocks come for modules that the manifest names or that the configuration enables;
 * of a whole tree, the others are left without.
 */
function serveAll(modules: readonly ModuleLibraries[], {settings, registry, used}: Asked): ServedAll {
  const {prosody, lua, debian} = settings
  const target = needsTargetOf({prosody, lua, debian}, registry)
  const packages = new Set<string>()
  const copies = new Map<string, string>()
  const rocks = new Map<string, {readonly rock: string; readonly version: string | null}>()
  const unmet = new Map<string, string[]>()
  for (const {name, key, libraries} of modules) {
    const isWanted = splitKey(key)[1] !== '*' || used.has(name)
    for (const library of libraries) {
      const served = serveLibrary(library, target, registry.libraries)
      if (served.by === 'debian' || served.by === 'copy') packages.add(served.package)
      if (served.by === 'copy') copies.set(served.path, copyPlace(served.path, lua))
      if (served.by === 'unknown' && isWanted) throw unmetError({name, library}, served, settings)
      if (served.by === 'rock' && isWanted)
        rocks.set(library, {rock: served.rock, version: served.version ?? null})
      if ((served.by === 'rock' || served.by === 'unknown') && !isWanted)
        unmet.set(name, [...(unmet.get(name) ?? []), library])
    }
  }
  const needed = [...rocks.keys()].map((library) => ({by: 'rock' as const, library}))
  return {
    packages: [...packages],
    copies: [...copies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, to]) => ({from, to})),
    rocks: [...rocks.values()].sort((a, b) => (a.rock < b.rock ? -1 : 1)),
    rockPackages: buildPackages({needed, lua, rocks: registry.libraries.rocks}),
    unmet: new Map([...unmet].filter(([name]) => !rocksServe(unmet.get(name), rocks))),
  }
}

/** A library that came for another module serves all. */
function rocksServe(libraries: readonly string[] | undefined, rocks: ReadonlyMap<string, unknown>): boolean {
  return libraries?.every((library) => rocks.has(library)) === true
}

function unmetError(
  {name, library}: {readonly name: string; readonly library: string},
  {reason}: Extract<Served, {by: 'unknown'}>,
  {debian, lua}: ImageSettings,
): ProsodyModsError {
  return new ProsodyModsError(
    'IMAGE_UNMET',
    `${name} needs the Lua library ${library}, and nothing brings it to Debian ${debian} with Lua ${lua}: ${reason}`,
    {
      hint: `leave the module out ("prosody-mods remove", or "except" of a tree), take another suite ("image": {"base": …}), or bring the library along yourself and let the module's require stand under pcall`,
      details: {module: name, library},
    },
  )
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
