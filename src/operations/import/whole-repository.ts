import {mainFile, mainOf, prefixed} from '../../module-name.ts'
import {fitsName} from '../../recipe/follow/paths.ts'
import {posix} from 'node:path'
import {ownValue} from '../../own-value.ts'
import type {Mount} from '../../recipe/follow/files.ts'
import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {inMercurial} from '../../sources/repository.ts'
import type {Judging} from './judging.ts'
import type {Wanted} from './wanted.ts'

/** Tells whether a mount has all of a repository. */
export function isWhole({piece}: Mount, inside: string): boolean {
  return inside === '' && (piece.pattern === undefined || isAll(piece.pattern))
}

/** What takes all modules of a repository. */
const everything = '*'

/** How many modules of one repository are taken where nobody says which. */
const fewEnough = 60

/** What is taken of a repository of single modules. */
export interface Chosen {
  readonly wanted: readonly Wanted[]
  readonly note: string
  /** Whether it is all, since nothing says which. */
  readonly isUnnamed: boolean
}

/** Chooses what to take of a repository of single modules; a text says why that can't be said. */
export function chosenOf(
  {
    source,
    version,
    mount,
  }: {readonly source: RegistrySource; readonly version: string | undefined; readonly mount: Mount},
  {registry, names, isConfigured, beside, isLoose = false, isAsked = false}: Judging,
): Chosen | string {
  const all = modulesAt(source, version, registry).filter((name) => !isTakenAway(name, mount))
  const named = all.filter((name) => names.has(name))
  const isSpoken = isLoose && version === undefined
  const isAll = names.has(everything) || (all.length <= fewEnough && !isSpoken)
  const chosen = isAll ? all : named
  const lying = all.filter((name) => beside?.names.has(name) === true)
  const whole = `the whole repository of ${source.id} is fetched`
  if (chosen.length === 0 && lying.length > 0)
    return {
      wanted: lying.map((name) => wantedModule(source, name, version)),
      isUnnamed: false,
      note: `${whole}, and nothing that goes into the image says which of its modules are enabled: taken are those that ${(beside?.files ?? []).join(', ')} beside it names, ${lying.length} of ${all.length}`,
    }
  const none = isConfigured
    ? 'the configuration here enables none of its modules'
    : 'nothing here says which of its modules are enabled'
  if (chosen.length === 0 && isAsked) return `${whole}, ${all.length} modules, and none of them is named`
  if (chosen.length === 0 && isLoose) return `${whole}, ${all.length} modules, and ${none}`
  if (chosen.length === 0)
    return {
      wanted: all.map((name) => oneOfAll(source, name, version)),
      isUnnamed: true,
      note: `${whole}, and ${none}: all that can be had are taken, as they were in the image. To have fewer, name them: --take <module>, once for each`,
    }
  const why = chosen === all ? 'all of its modules' : `the modules that are named here`
  return {
    wanted: chosen.map((name) => (isAll ? oneOfAll : wantedModule)(source, name, version)),
    isUnnamed: false,
    note: `${whole}: ${why} are taken, ${chosen.length}${version === undefined ? ` of ${all.length}${formerText(source, {registry, names})}` : ''}`,
  }
}

/** Names of the modules of a release, or of all that the source has now. */
function modulesAt(source: RegistrySource, version: string | undefined, registry: Registry): string[] {
  const {names, releases} = registry.releases(source.id)
  const release =
    releases.find((one) => version !== undefined && (one.version === version || one.tag === version)) ??
    (inMercurial(source) === undefined ? releases.at(-1) : undefined)
  // What is gone now may have been there at a revision.
  if (release === undefined)
    return Object.keys(names).filter((name) => {
      const {newest, gone} = names[name] ?? {}
      // A folder whose history has no version is no module, and never was one.
      const isModule = newest !== undefined || registry.history(source.id, name) === undefined
      return isModule && (version !== undefined || gone === undefined)
    })
  const found = Object.keys(release.files).flatMap((path) => mainOf(path) ?? [])
  return [...new Set(found)]
}

/** Tells of modules that are named, that the source had once, and that no Prosody has by now: the image had them not. */
function formerText(source: RegistrySource, {registry, names}: Pick<Judging, 'registry' | 'names'>): string {
  const known = registry.releases(source.id).names
  const core = new Set(registry.prosodyLines.flatMap((line) => registry.prosodyLine(line)?.coreModules ?? []))
  const former = [...names].flatMap((name) => {
    const {newest, gone} = ownValue(known, name) ?? {}
    if (newest === undefined || gone === undefined || core.has(name)) return []
    return [`${name} since ${gone} (its last version is ${source.id}/${name}@${newest})`]
  })
  return former.length === 0 ? '' : `; of those that are named it has no more: ${former.join(', ')}`
}

/** Tells whether a pattern is one with which people take all modules. */
export function isAll(pattern: string): boolean {
  return /^(?:\*+|\*\.lua|mod_\*|mod_\*\.lua|\*\*)$/.test(pattern)
}

/** Tells whether a line has taken a module's folder, or main file, out of what was fetched. */
function isTakenAway(name: string, {without}: Mount): boolean {
  const paths = [prefixed(name), mainFile(name), `${prefixed(name)}/${mainFile(name)}`]
  return without.some((pattern) => paths.some((path) => fitsName(pattern.replace(/\/+$/, ''), path)))
}

/** Names the modules whose main files were taken out of a flat tree. */
export function exceptOf({without}: Mount): string[] {
  return without.flatMap((path) => mainOf(posix.basename(path)) ?? [])
}

/** Asks for a module of a source by its name. */
export function wantedModule({id}: RegistrySource, name: string, version: string | undefined): Wanted {
  return {spec: `${id}/${name}`, name, version, except: []}
}

function oneOfAll(source: RegistrySource, name: string, version: string | undefined): Wanted {
  return {...wantedModule(source, name, version), isOneOfAll: true}
}
