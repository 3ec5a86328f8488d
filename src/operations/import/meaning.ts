import {posix} from 'node:path'
import {bareName, isPrefixed, mainFile, mainOf, prefixed} from '../../module-name.ts'
import {fitsName} from '../../recipe/follow/paths.ts'
import {repositoryPlace, type RepositoryPlace} from '../../recipe/place.ts'
import {originOf, wholeOf, type Piece, type Thing} from '../../recipe/follow/thing.ts'
import type {Mount} from '../../recipe/follow/files.ts'
import {ownValue} from '../../own-value.ts'
import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {inMercurial, onGithub} from '../../sources/repository.ts'
import {withSlashes} from '../../recipe/follow/unknown-words.ts'
import type {BesideConfiguration} from './context-configuration.ts'
import {formerPlace, knownSource, versionIn} from './known-source.ts'
import {packageVersion, sourceOfPackage} from './package-source.ts'
import {unknownRepository} from './unknown-repository.ts'
import type {Meaning, Wanted} from './wanted.ts'

type Modules = Extract<Meaning, {kind: 'modules'}>

/** What meanings are judged by. */
export interface Judging {
  readonly registry: Registry
  /** Modules that configuration or the user names: what is taken of a repository that is fetched whole. */
  readonly names: ReadonlySet<string>
  /** Whether configuration was found that would name modules. */
  readonly isConfigured: boolean
  /** Configuration that goes into no image by the input: what is asked where nothing else tells of a repository. */
  readonly beside?: BesideConfiguration
  /** Folders that Prosody searches; [] where that is not known. */
  readonly pluginPaths: readonly string[]
  /** Whether a repository that is named without a version, as a whole, may only be spoken of. */
  readonly isLoose?: boolean
  /** The line of Prosody that the project is for: `13.0`. */
  readonly line: string
}

/** Says what a thing stands for, but for what Prosody has itself by now. @param mounts where parts of it lie at the end */
export function meaningOf(thing: Thing, mounts: readonly Mount[], judging: Judging): Meaning {
  const meaning = wholeMeaning(thing, mounts, judging)
  if (meaning.kind !== 'modules') return meaning
  const own = meaning.wanted.filter((one) => isOfProsody(one, judging))
  if (own.length === 0) return withLastOnes(meaning, judging)
  const names = own.flatMap(({name}) => name ?? [])
  const wanted = meaning.wanted.filter((one) => !own.includes(one))
  if (wanted.length === 0) return {kind: 'core', names}
  return withLastOnes({...meaning, wanted, notes: [...meaning.notes, ownNote(names, judging)]}, judging)
}

/** Tells whether a module that was not pinned is part of Prosody by now, so that nothing has to bring it. */
export function isOfProsody({name, version, spec}: Wanted, {registry, line}: Judging): boolean {
  if (name === undefined || version !== undefined || !spec.startsWith('community/')) return false
  return registry.prosodyLine(line)?.coreModules.includes(name) === true
}

/** Says that modules are not taken since Prosody has them itself. */
export function ownNote(names: readonly string[], {line}: Judging): string {
  return `Prosody ${line} has ${names.join(', ')} itself, so ${names.length === 1 ? 'it is' : 'they are'} not taken`
}

function wholeMeaning(thing: Thing, all: readonly Mount[], judging: Judging): Meaning {
  const {registry} = judging
  const mounts = usedMounts(all, judging.pluginPaths)
  if (thing.kind === 'package') return packageMeaning(thing, mounts, judging)
  if (thing.kind !== 'url' && thing.kind !== 'repository') return {kind: 'unrelated'}
  const place = placeOf(wholeOf(thing))
  const source = place === undefined ? undefined : knownSource(place, registry)
  if (source === undefined) return unknownRepository(thing, mounts, place)
  if (mounts.length === 0)
    return place?.isFile === false || hasModule(place) ? {kind: 'unused'} : {kind: 'unrelated'}
  return ofSource({source, thing, mounts}, judging)
}

function placeOf(piece: Piece): RepositoryPlace | undefined {
  const origin = originOf(piece)
  const place = origin === undefined ? undefined : repositoryPlace(origin)
  return place === undefined ? undefined : formerPlace(place)
}

function repositoryOf(piece: Piece): string | undefined {
  const origin = originOf(piece)
  return origin === undefined ? undefined : repositoryPlace(origin)?.repository
}

/** What is searched for modules; else what was taken out of where it was unpacked; else all. */
function usedMounts(mounts: readonly Mount[], pluginPaths: readonly string[]): readonly Mount[] {
  const isSearched = ({at}: Mount): boolean =>
    pluginPaths.some((path) => isOver(path.replace(/\/+$/, ''), at))
  const searched = mounts.filter((mount) => isSearched(mount))
  const placed = mounts.filter((mount) => isSearched(mount) || !isStaging(mount))
  const parts = mounts.filter(({piece}) => piece.path !== '' || piece.pattern !== undefined)
  if (searched.length > 0) return placed.length > 0 ? placed : searched
  return placed.length > 0 ? placed : parts.length > 0 ? parts : mounts
}

/** Where people put what they take something out of. */
function isStaging({at, piece}: Mount): boolean {
  if (at === '/' || /^\/(?:tmp|var\/tmp|var\/cache|usr\/src|usr\/local\/src|root|build|src)(?:\/|$)/.test(at))
    return true
  return piece.stripped === 0 && piece.path === ''
}

function hasModule(place: RepositoryPlace | undefined): boolean {
  return place !== undefined && mainOf(place.path) !== undefined
}

/** A package of which a publisher's archive has the releases. */
function packageMeaning(thing: Thing, mounts: readonly Mount[], {registry}: Judging): Meaning {
  const source = sourceOfPackage(thing.from, registry)
  if (source === undefined || mounts.length === 0) return {kind: 'unrelated'}
  const {root} = registry.packages(source.id) ?? {root: ''}
  const inRoot = mounts.filter(({piece}) => isOver(piece.path, root) || isOver(root, piece.path))
  if (inRoot.length === 0) return {kind: 'unrelated'}
  const {version, note} = packageVersion(source, thing.ref)
  const wanted = inRoot.flatMap((mount) =>
    namedBy(mount, belowRoot(mount.piece.path, root), {source, version, registry}),
  )
  return {kind: 'modules', wanted, notes: note === undefined ? [] : [note]}
}

function isOver(path: string, other: string): boolean {
  return path === '' || path === other || other.startsWith(`${path}/`)
}

function belowRoot(path: string, root: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : ''
}

interface OfSource {
  readonly source: RegistrySource
  readonly thing: Thing
  readonly mounts: readonly Mount[]
}

function ofSource({source, thing, mounts}: OfSource, judging: Judging): Meaning {
  const notes = new Set<string>()
  const wanted: Wanted[] = []
  let openWhy: string | undefined
  for (const mount of mounts) {
    const place = placeOf(mount.piece)
    if (place === undefined) continue
    const inside = insideOf(place.path, source)
    if (inside === undefined) continue
    const isFormer = place.repository !== repositoryOf(mount.piece)
    const ref = isFormer ? undefined : (mount.piece.ref ?? place.ref)
    const {version, note, wrong} = versionIn(source, ref, thing.unknown)
    if (isFormer)
      notes.add(
        `${repositoryOf(mount.piece) ?? ''} is gone: its module is taken of ${source.id}, which it came from`,
      )
    if (wrong !== undefined) return wrongVersion(source, wrong)
    const found = namedBy(mount, inside, {source, version, registry: judging.registry})
    if (found.some(({name}) => name !== undefined && /[$`]/.test(name))) return notNamed(source, thing)
    if (found.length === 0 && isWhole(mount, inside)) {
      const chosen = chosenOf({source, version, mount}, judging)
      if (typeof chosen === 'string') openWhy = chosen
      else {
        for (const one of chosen.wanted) wanted.push(one)
        notes.add(chosen.note)
      }
    }
    wanted.push(...found)
    if (note !== undefined && (found.length > 0 || openWhy === undefined)) notes.add(note)
  }
  if (wanted.length > 0) return {kind: 'modules', wanted, notes: [...notes]}
  if (openWhy === undefined) return {kind: 'unused'}
  return {
    kind: 'open',
    why: openWhy,
    hint: judging.isConfigured
      ? `if nothing else enables any, take the line out; else name those that you enable: --take <module>, once for each, or --take '*' for all of them`
      : `name those that you enable: --take <module>, once for each, or --take '*' for all of them`,
  }
}

/** What is computed when the input runs is not known. */
function notNamed({id}: RegistrySource, {unknown: [first = '']}: Thing): Meaning {
  return {
    kind: 'open',
    why: `which modules of ${id} it fetches is not said: ${withSlashes(first)} has no value here`,
    hint: 'add them by their names: prosody-mods add <module>',
  }
}

function wrongVersion({id}: RegistrySource, why: string): Meaning {
  return {
    kind: 'open',
    why,
    hint: `name one that there is: "prosody-mods versions ${id}" lists them; then: prosody-mods add ${id}@<version>`,
  }
}

/** The path in the source's folder; '' where the whole folder is in it, undefined for what lies elsewhere. */
function insideOf(path: string, source: RegistrySource): string | undefined {
  const folder = onGithub(source)?.folder ?? ''
  if (folder === '' || path === folder) return path.slice(folder.length)
  if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1)
  return isOver(path, folder) ? '' : undefined
}

interface Naming {
  readonly source: RegistrySource
  readonly version: string | undefined
  readonly registry: Registry
}

/** What a mount names of a source: a whole flat tree, or modules by their files and folders. */
function namedBy(mount: Mount, inside: string, naming: Naming): Wanted[] {
  const {source, version} = naming
  const {pattern} = mount.piece
  const isFlat = source.layout === 'flat'
  if (inside === '' && isFlat && (pattern === undefined || isAll(pattern)))
    return [{spec: source.id, name: undefined, version, except: exceptOf(mount)}]
  if (inside === '' && pattern !== undefined && !isAll(pattern))
    return fitting(pattern, naming).map((name) => wantedModule(source, name, version))
  const name = nameIn(inside, source, naming.registry)
  return name === undefined ? [] : [wantedModule(source, name, version)]
}

function wantedModule({id}: RegistrySource, name: string, version: string | undefined): Wanted {
  return {spec: `${id}/${name}`, name, version, except: []}
}

function oneOfAll(source: RegistrySource, name: string, version: string | undefined): Wanted {
  return {...wantedModule(source, name, version), isOneOfAll: true}
}

/** Of modules that their publisher has retired, and that were not pinned, the last version that there was. */
function withLastOnes(meaning: Modules, {registry}: Judging): Modules {
  const notes = new Set(meaning.notes)
  const wanted = meaning.wanted.map((one) => {
    const [source = ''] = one.spec.split('/')
    const known = one.name === undefined ? undefined : ownValue(registry.releases(source).names, one.name)
    if (one.version !== undefined || known?.gone === undefined || known.newest === undefined) return one
    notes.add(
      `${one.spec} is no longer published since ${known.gone}, so the last version is taken, ${known.newest}`,
    )
    return {...one, version: known.newest}
  })
  return {...meaning, wanted, notes: [...notes]}
}

/** The patterns with which people take all modules. */
function isAll(pattern: string): boolean {
  return /^(?:\*+|\*\.lua|mod_\*|mod_\*\.lua|\*\*)$/.test(pattern)
}

function exceptOf({without}: Mount): string[] {
  return without.flatMap((path) => mainOf(posix.basename(path)) ?? [])
}

function fitting(pattern: string, {source, registry}: Naming): string[] {
  const names = Object.keys(registry.releases(source.id).names)
  return names.filter(
    (name) =>
      fitsName(pattern, prefixed(name)) || fitsName(pattern, mainFile(name)) || fitsName(pattern, name),
  )
}

function nameIn(path: string, {id}: RegistrySource, registry: Registry): string | undefined {
  const main = mainOf(path)
  if (main !== undefined) return main
  const [folder = ''] = path.split('/')
  const name = bareName(folder)
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) return undefined
  return isPrefixed(folder) || registry.publishers(name).includes(id) ? name : undefined
}

function isWhole({piece}: Mount, inside: string): boolean {
  return inside === '' && (piece.pattern === undefined || isAll(piece.pattern))
}

/** What takes all modules of a repository. */
const everything = '*'

/** How many modules of one repository are taken where nobody says which. */
const fewEnough = 60

/** Chooses what to take of a repository of single modules; a text says why that can't be said. */
function chosenOf(
  {
    source,
    version,
    mount,
  }: {readonly source: RegistrySource; readonly version: string | undefined; readonly mount: Mount},
  {registry, names, isConfigured, beside, isLoose = false}: Judging,
): {readonly wanted: readonly Wanted[]; readonly note: string} | string {
  const all = modulesAt(source, version, registry).filter((name) => !exceptOf(mount).includes(name))
  const named = all.filter((name) => names.has(name))
  const isSpoken = isLoose && version === undefined
  const isAll = names.has(everything) || (all.length <= fewEnough && !isSpoken)
  const chosen = isAll ? all : named
  const lying = all.filter((name) => beside?.names.has(name) === true)
  const whole = `the whole repository of ${source.id} is fetched`
  if (chosen.length === 0 && lying.length > 0)
    return {
      wanted: lying.map((name) => wantedModule(source, name, version)),
      note: `${whole}, and nothing that goes into the image says which of its modules are enabled: taken are those that ${(beside?.files ?? []).join(', ')} beside it names, ${lying.length} of ${all.length}`,
    }
  const none = isConfigured
    ? 'the configuration here enables none of its modules'
    : 'nothing here says which of its modules are enabled'
  if (chosen.length === 0 && isLoose) return `${whole}, ${all.length} modules, and ${none}`
  if (chosen.length === 0)
    return {
      wanted: all.map((name) => oneOfAll(source, name, version)),
      note: `${whole}, and ${none}: all that can be had are taken, as they were in the image. To have fewer, name them: --take <module>, once for each`,
    }
  const why = chosen === all ? 'all of its modules' : `the modules that are named here`
  return {
    wanted: chosen.map((name) => (isAll ? oneOfAll : wantedModule)(source, name, version)),
    note: `${whole}: ${why} are taken, ${chosen.length} of ${all.length}`,
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
    return Object.keys(names).filter((name) => version !== undefined || names[name]?.gone === undefined)
  const found = Object.keys(release.files).flatMap((path) => mainOf(path) ?? [])
  return [...new Set(found)]
}
