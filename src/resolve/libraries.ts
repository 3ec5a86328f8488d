import type {LibraryPackage, LibraryRock, ProsodyLine, RegistryLibraries} from '../registry/types.ts'
import {ownValue} from '../own-value.ts'

/** The Prosody that modules are to run with. */
export interface LibraryTarget {
  readonly line: Pick<ProsodyLine, 'libs' | 'requirePrefixes'>
  /** The version of Lua: `5.4`. */
  readonly lua: string
  /** The suite of Debian: `trixie`. */
  readonly suite: string
}

/** What serves a Lua library on a target. */
export type Served =
  | {readonly by: 'lua' | 'prosody'}
  | {readonly by: 'debian'; readonly package: string}
  /** A file of a package that the package puts under other versions of Lua only. */
  | {readonly by: 'copy'; readonly package: string; readonly path: string}
  | {readonly by: 'rock'; readonly rock: string; readonly version: string | undefined}
  | {readonly by: 'unknown'; readonly reason: string}

/** By version of Lua, of the libraries that not all versions have. */
const onlyIn: Readonly<Record<string, (lua: string) => boolean>> = {
  // Debian's Lua 5.3 has it built in, too.
  bit32: (lua) => lua === '5.2' || lua === '5.3',
  utf8: (lua) => lua >= '5.3',
}

const standard = new Set(['_G', 'coroutine', 'debug', 'io', 'math', 'os', 'package', 'string', 'table'])

/** Tells whether Prosody keeps its own libraries under a name; net.url is a rock's. */
export function isProsodyName(name: string): boolean {
  return /^(?:prosody\.)?(?:util|net|core)\./.test(name) && name !== 'net.url'
}

/** Finds what serves `require "<name>"`; of several that do, the one that needs least. */
export function serveLibrary(name: string, target: LibraryTarget, known: RegistryLibraries): Served {
  const {line, lua, suite} = target
  if (standard.has(name) || (Object.hasOwn(onlyIn, name) && onlyIn[name]?.(lua) === true)) return {by: 'lua'}
  if (isOfProsody(name, line)) return {by: 'prosody'}
  const packaged = packageOf(name, {lua, suite}, known)
  if (packaged !== undefined) return {by: 'debian', package: packaged}
  const copy = ownValue(known.copies, name)
  if (copy?.lua.includes(lua) === true && copy.suites.includes(suite))
    return {by: 'copy', package: copy.package, path: copy.path}
  const rock = ownValue(known.rocks, name)
  if (rock !== undefined && admits(rock, lua)) return {by: 'rock', rock: rock.rock, version: rock.version}
  return {by: 'unknown', reason: reasonFor(name, target, known)}
}

function admits({lua: versions}: LibraryRock, lua: string): boolean {
  return versions === undefined || versions.includes(lua)
}

function isOfProsody(name: string, {libs, requirePrefixes}: LibraryTarget['line']): boolean {
  const bare = name.replace(/^prosody\./, '')
  return setOf(libs).has(bare) && (bare === name || requirePrefixes.includes('prosody.'))
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>()

function setOf(names: readonly string[]): ReadonlySet<string> {
  const set = sets.get(names) ?? new Set(names)
  sets.set(names, set)
  return set
}

interface Place {
  readonly lua: string
  readonly suite: string
}

const indexes = new WeakMap<RegistryLibraries, Map<string, ReadonlyMap<string, string>>>()

function packageOf(name: string, {lua, suite}: Place, known: RegistryLibraries): string | undefined {
  const byPlace = indexes.get(known) ?? new Map<string, ReadonlyMap<string, string>>()
  indexes.set(known, byPlace)
  const place = `${suite} ${lua}`
  const index = byPlace.get(place) ?? indexOf({lua, suite}, known)
  byPlace.set(place, index)
  return index.get(name)
}

/** Library → the first package by name that serves it. */
function indexOf({lua, suite}: Place, {packages}: RegistryLibraries): ReadonlyMap<string, string> {
  const index = new Map<string, string>()
  for (const [name, suites] of Object.entries(packages)) {
    for (const {lua: versions, modules} of ownValue(suites, suite)?.serves ?? []) {
      if (!versions.includes(lua)) continue
      for (const module of modules) if (!index.has(module)) index.set(module, name)
    }
  }
  return index
}

/**
 * Lists all that may bring a library into an image, whatever suite and Lua it has, as a lockfile names it; rocks
 * without version.
 */
export function serversOf(name: string, {packages, copies, rocks}: RegistryLibraries): string[] {
  const packaged = Object.entries(packages)
    .filter(([, suites]) =>
      Object.values(suites).some(({serves}) => serves.some(({modules}) => modules.includes(name))),
    )
    .map(([id]) => `debian:${id}`)
  const [copy, rock] = [ownValue(copies, name), ownValue(rocks, name)]
  return [
    ...packaged,
    ...(copy === undefined ? [] : [`copy:${copy.package}`]),
    ...(rock === undefined ? [] : [`rock:${rock.rock}`]),
  ]
}

/** Lists the suites of Debian of which packages are known. */
export function knownSuites({packages}: RegistryLibraries): string[] {
  return [...new Set(Object.values(packages).flatMap((suites) => Object.keys(suites)))].sort()
}

function reasonFor(name: string, target: LibraryTarget, known: RegistryLibraries): string {
  const none = ownValue(known.none, name)
  if (none !== undefined) return none.note
  if (isProsodyName(name)) return 'this line of Prosody has no such library'
  const rock = ownValue(known.rocks, name)
  const elsewhere = [
    packagedElsewhere(name, target, known.packages),
    rock?.lua === undefined ? undefined : `the rock ${rock.rock} is for Lua ${rock.lua.join(', ')}`,
  ].filter((text) => text !== undefined)
  return elsewhere.length === 0 ? 'no package and no rock is known that has it' : elsewhere.join('; ')
}

/** The package that has a library for another Lua or in another suite. */
function packagedElsewhere(
  name: string,
  {lua, suite}: LibraryTarget,
  packages: RegistryLibraries['packages'],
): string | undefined {
  const serving = (entry: LibraryPackage | undefined): string[] =>
    (entry?.serves ?? []).flatMap((one) => (one.modules.includes(name) ? one.lua : []))
  for (const [id, suites] of Object.entries(packages)) {
    const versions = serving(ownValue(suites, suite))
    if (versions.length > 0)
      return `${id} of ${suite} has it for Lua ${versions.join(', ')}, but not for Lua ${lua}`
  }
  for (const [id, suites] of Object.entries(packages)) {
    const other = Object.keys(suites).find((one) => serving(suites[one]).length > 0)
    if (other !== undefined) return `${id} of ${other} has it, but ${suite} has no such package`
  }
  return undefined
}

/** Writes what serves a library as the lockfile has it. */
export function servedText(served: Served): string {
  switch (served.by) {
    case 'debian':
      return `debian:${served.package}`
    case 'copy':
      return `copy:${served.package}`
    case 'rock':
      return `rock:${served.rock}${served.version === undefined ? '' : `@${served.version}`}`
    default:
      return served.by
  }
}

/**
 * Returns the path to which a package's file is copied: `/usr/share/lua/5.1/a/b.lua` goes below the folder of another
 * Lua that Debian leaves to the administrator.
 */
export function copyPlace(file: string, lua: string): string {
  return file.replace(/^\/usr\/share\/lua\/5\.[1-9]\//, `/usr/local/share/lua/${lua}/`)
}
