import {bareName, isPrefixed, mainFile, mainOf, prefixed} from '../../module-name.ts'
import {fitsName} from '../../recipe/follow/paths.ts'
import {repositoryPlace, type RepositoryPlace} from '../../recipe/place.ts'
import {originOf, wholeOf, type Piece, type Thing} from '../../recipe/follow/thing.ts'
import type {Mount} from '../../recipe/follow/files.ts'
import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {onGithub} from '../../sources/repository.ts'
import {withSlashes} from '../../recipe/follow/unknown-words.ts'
import type {Judging} from './judging.ts'
import {formerPlace, knownSource, versionIn} from './known-source.ts'
import {packageVersion, sourceOfPackage} from './package-source.ts'
import {unknownRepository} from './unknown-repository.ts'
import type {Meaning, Wanted} from './wanted.ts'
import {chosenOf, exceptOf, isAll, isWhole, wantedModule, type Chosen} from './whole-repository.ts'

/** Says what a thing stands for, but for what Prosody has itself by now. @param mounts where parts of it lie at the end */
export function meaningOf(thing: Thing, mounts: readonly Mount[], judging: Judging): Meaning {
  const meaning = wholeMeaning(thing, mounts, judging)
  if (meaning.kind !== 'modules') return meaning
  const own = meaning.wanted.filter((one) => isOfProsody(one, judging))
  if (own.length === 0) return meaning
  const names = own.flatMap(({name}) => name ?? [])
  const wanted = meaning.wanted.filter((one) => !own.includes(one))
  if (wanted.length === 0) return {kind: 'core', names}
  return {...meaning, wanted, notes: [...meaning.notes, ownNote(names, judging)]}
}

/** Tells whether a module that was not pinned is part of Prosody by now, so that nothing has to bring it. */
export function isOfProsody({name, version, spec}: Wanted, {registry, line}: Judging): boolean {
  if (name === undefined || version !== undefined || !spec.startsWith('community/')) return false
  return registry.prosodyLine(line)?.coreModules.includes(name) === true
}

/** Says that modules are not taken since Prosody has them itself. */
export function ownNote(names: readonly string[], {line}: Judging): string {
  const all = [...new Set(names)]
  return `Prosody ${line} has ${all.join(', ')} itself, so ${all.length === 1 ? 'it is' : 'they are'} not taken`
}

function wholeMeaning(thing: Thing, all: readonly Mount[], judging: Judging): Meaning {
  const {registry} = judging
  const place = placeOf(wholeOf(thing))
  const source = place === undefined ? undefined : knownSource(place, registry)
  const unpacked = source === undefined ? all : all.filter((mount) => !isPacked(mount, source))
  if (source !== undefined && unpacked.length === 0 && all.length > 0) return packed(source)
  const mounts = usedMounts(unpacked, judging.pluginPaths)
  if (thing.kind === 'package') return packageMeaning(thing, mounts, judging)
  if (thing.kind !== 'url' && thing.kind !== 'repository') return {kind: 'unrelated'}
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
  const searched = mounts.filter((mount) => isSearched(mount, pluginPaths))
  const placed = mounts.filter((mount) => isSearched(mount, pluginPaths) || !isStaging(mount))
  const parts = mounts.filter(({piece}) => piece.path !== '' || piece.pattern !== undefined)
  if (searched.length > 0) return placed.length > 0 ? placed : searched
  return placed.length > 0 ? placed : parts.length > 0 ? parts : mounts
}

function isSearched({at}: Mount, pluginPaths: readonly string[]): boolean {
  return pluginPaths.some((path) => isOver(path.replace(/\/+$/, ''), at))
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
  let whole: (Chosen & {readonly isSearched: boolean}) | undefined
  let isTaken = false
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
    if (/[$`]/.test(inside)) return notNamed(source, inside, thing)
    if (found.length === 0 && isWhole(mount, inside)) {
      const chosen = chosenOf({source, version, mount}, judging)
      if (typeof chosen === 'string') openWhy = chosen
      else if (chosen.isUnnamed) whole = {...chosen, isSearched: isSearched(mount, judging.pluginPaths)}
      else {
        for (const one of chosen.wanted) wanted.push(one)
        notes.add(chosen.note)
      }
    }
    wanted.push(...found)
    isTaken ||= found.length > 0 && isCode(inside)
    if (note !== undefined && (found.length > 0 || openWhy === undefined)) notes.add(note)
  }
  // Who takes modules out of it by name uses those, unless Prosody searches all of it.
  if (whole !== undefined && isTaken && !whole.isSearched)
    notes.add(
      `of ${source.id}, which is fetched whole, those are taken that a line takes out of it; Prosody is not known to search the rest`,
    )
  else if (whole !== undefined) {
    if (judging.thinned?.has(thing) === true) return thinned(source)
    for (const one of whole.wanted) wanted.push(one)
    notes.add(whole.note)
  }
  if (wanted.length > 0) return {kind: 'modules', wanted, notes: [...notes]}
  if (openWhy === undefined) return {kind: hasOthers(mounts, source) ? 'unrelated' : 'unused'}
  return {
    kind: 'open',
    why: openWhy,
    hint: judging.isConfigured
      ? `if nothing else enables any, take the line out; else name those that you enable: --take <module>, once for each, or --take '*' for all of them`
      : `name those that you enable: --take <module>, once for each, or --take '*' for all of them`,
  }
}

/** Tells whether something else of what was fetched than its modules lies in the image at the end. */
export function bringsOthers(thing: Thing, mounts: readonly Mount[], registry: Registry): boolean {
  const place = placeOf(wholeOf(thing))
  const source = place === undefined ? undefined : knownSource(place, registry)
  return source !== undefined && hasOthers(mounts, source)
}

function hasOthers(mounts: readonly Mount[], source: RegistrySource): boolean {
  return mounts.some((mount) => {
    const place = placeOf(mount.piece)
    return place !== undefined && !isStaging(mount) && insideOf(place.path, source) === undefined
  })
}

/** Whether an archive lies there as it came. */
function isPacked({piece, isFile}: Mount, source: RegistrySource): boolean {
  const place = placeOf(piece)
  const isArchive = piece.thing.kind === 'url' && piece.stripped === undefined && piece.path === ''
  return isFile && isArchive && place?.isFile === false && insideOf(place.path, source) === ''
}

/** What unpacks it when the image runs is not known. */
function packed({id}: RegistrySource): Meaning {
  return {
    kind: 'open',
    why: `the archive of ${id} is kept as it is, and nothing that is understood here unpacks it`,
    hint: `what unpacks it, here or when the image runs, goes on doing so. To have its modules pinned, add those that you use, and take the line and what unpacks it out: prosody-mods add ${id}/<module>`,
  }
}

/** What is left of it is not known. */
function thinned({id}: RegistrySource): Meaning {
  return {
    kind: 'open',
    why: `the whole repository of ${id} is fetched, and which of its modules are taken away again can't be told`,
    hint: `name those that you enable: --take <module>, once for each, or --take '*' for all of them`,
  }
}

/** Whether a part of a repository is a module, or code of one, and no page or picture of it. */
function isCode(inside: string): boolean {
  return !inside.includes('/') || inside.endsWith('.lua')
}

/** What is computed when the input runs is not known. */
function notNamed({id}: RegistrySource, inside: string, {unknown: [first = inside]}: Thing): Meaning {
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
