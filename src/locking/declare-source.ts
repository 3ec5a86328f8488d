import {bareName, mainFile} from '../module-name.ts'
import {basename} from 'node:path'
import {ProsodyModsError} from '../errors.ts'
import {sourceDefinition, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import type {SourceLayout} from '../registry/types.ts'
import {treeOf} from '../resolve/release-tree.ts'
import {deeperModules, type DeeperModule} from '../resolve/deeper.ts'
import {modulesIn} from '../resolve/place.ts'
import {count} from '../text/count.ts'
import {shellWord} from '../text/shell-word.ts'
import {listReleases} from '../sources/index.ts'
import {insideOf, placeOf, type DeclaredSource} from '../sources/kinds.ts'
import {isDeviceName} from '../sources/device-names.ts'
import {neverTaken} from '../sources/private-files.ts'
import type {ReleaseContents} from '../sources/types.ts'
import {firstUse} from './first-use.ts'
import type {Workbench} from '../workbench/workbench.ts'

/** A declared source with the id that the manifest has it under. */
export interface NamedSource {
  readonly id: string
  readonly source: DeclaredSource
}

/** Finds the manifest's source of this place, or declares a new one with an id made from the place's name. */
export function declareSource(wanted: DeclaredSource, manifest: Manifest, registry: Registry): NamedSource {
  const place = placeOf(wanted)
  for (const [id, source] of Object.entries(manifest.sources ?? {})) {
    if (source.kind === wanted.kind && placeOf(source) === place) return {id, source: {...source, ...wanted}}
  }
  const taken = new Set([...Object.keys(manifest.sources ?? {}), ...registry.index.sources])
  const base = idFrom(place)
  let id = base
  for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`
  return {id, source: wanted}
}

/** How modules of a source are wanted. */
export interface ModulesRequest {
  readonly manifest: Manifest
  /** As asked for; undefined for what the source says, or what its files show. */
  readonly layout?: SourceLayout | undefined
  /** The one that is wanted; undefined for all. */
  readonly only?: string | undefined
}

/** The modules that a path or URL was found to hold, with its source as it is to be declared. */
export interface FoundModules {
  /** `*` for a whole flat tree, and for libraries alone. */
  readonly names: readonly string[]
  readonly source: DeclaredSource
  /** What is worth knowing of what lies there and is not among them. */
  readonly notes: readonly string[]
}

/**
 * Finds the modules that a path or URL holds. A copy of a publisher's flat tree is taken as one; so are libraries
 * without a module, for modules that ask for them, unless modules lie deeper. Throws MODULE_UNKNOWN where there is none.
 */
export async function modulesOfSource(
  {id, source}: NamedSource,
  {manifest, layout: asked, only}: ModulesRequest,
  bench: Workbench,
): Promise<FoundModules> {
  const draft = {...manifest, sources: {...manifest.sources, [id]: source}}
  const definition = sourceDefinition(id, draft, bench.environment.registry)
  if (definition === undefined) throw new Error(`the source ${id} was declared and is not there`)
  const [ref] = await listReleases(definition, bench.context, '*')
  if (ref === undefined) throw new Error(`the source ${id} lists no release`)
  const contents = ref.contents ?? (await firstUse(id, {ref, definition, manifest, module: '*'}, bench))
  const said = asked ?? source.layout
  const layout = said ?? (isFlatTree(contents, only, bench.environment.registry) ? 'flat' : 'folders')
  const declared = layout === 'flat' || asked !== undefined ? {...source, layout} : source
  if (only !== undefined) return {names: [only], source: declared, notes: []}
  const names = modulesIn(contents, layout)
  const deeper = deeperModules(contents, layout)
  const meant = deeper.filter(({isAside}) => !isAside)
  const notes = deeperNotes(source, meant)
  if (names.length > 0) return {names: layout === 'flat' ? ['*'] : names, source: declared, notes}
  const isForLibraries = said === 'flat' || (said === undefined && meant.length === 0)
  if (isForLibraries && hasLibraries(contents))
    return {names: ['*'], source: {...source, layout: 'flat'}, notes}
  throw noModule(source, meant.length > 0 ? meant : deeper)
}

/** A few modules beside their libraries are no tree: each gets its own copy. A tree is one by its publisher's names. */
function isFlatTree(contents: ReleaseContents, only: string | undefined, registry: Registry): boolean {
  const names = modulesIn(contents, 'flat').filter((name) => treeOf(contents).files.has(mainFile(name)))
  const isOfTree = (name: string): boolean =>
    registry.publishers(name).some((id) => registry.source(id)?.layout === 'flat')
  const known = names.filter(isOfTree).length
  return only === undefined && known >= leastOfTree && known * 2 >= names.length
}

/** Fewer may be copies of single modules. */
const leastOfTree = 4

function hasLibraries({files}: ReleaseContents): boolean {
  return [...files.keys()].some((path) => path.endsWith('.lib.lua') && neverTaken(path) === undefined)
}

function noModule(source: DeclaredSource, deeper: readonly DeeperModule[]): ProsodyModsError {
  const place = placeOf(source)
  const command = addingDeeper(source, deeper)
  return new ProsodyModsError('MODULE_UNKNOWN', `${place}: there is no module in it`, {
    hint:
      command === undefined
        ? 'a module is a file mod_<name>.lua, by itself or in a folder'
        : `modules lie deeper: ${command}`,
    details: {source: place},
  })
}

function deeperNotes(source: DeclaredSource, deeper: readonly DeeperModule[]): string[] {
  if (deeper.length === 0) return []
  const names = [...new Set(deeper.map(({name}) => name))]
  const command = addingDeeper(source, deeper)
  const lie = `${count(names.length, 'module')} ${names.length === 1 ? 'lies' : 'lie'} deeper`
  const told = `${placeOf(source)}: ${lie} and ${names.length === 1 ? 'is' : 'are'} not added: ${some(names, 5, ', ')}`
  return [command === undefined ? told : `${told}; to have ${names.length === 1 ? 'it' : 'them'}: ${command}`]
}

/** The command that adds what lies deeper; undefined where no folder of the source can be named. */
function addingDeeper(source: DeclaredSource, deeper: readonly DeeperModule[]): string | undefined {
  const folders = [...new Set(deeper.map(({folder}) => folder))].flatMap(
    (folder) => insideOf(source, folder) ?? [],
  )
  if (folders.length === 0) return undefined
  return `prosody-mods add ${some(folders.map(shellWord), 5, ' ')}`
}

/** The first few words, and how many there are besides. */
function some(words: readonly string[], most: number, between: string): string {
  const shown = words.slice(0, most).join(between)
  return words.length > most ? `${shown} and ${words.length - most} more` : shown
}

function idFrom(place: string): string {
  const last = basename(URL.canParse(place) ? new URL(place).pathname : place)
  const plain = bareName(last.replace(/\.(?:lua|deb|tar|tgz|txz|tzst|tar\.(?:[gx]z|zst))$/i, ''))
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  if (isDeviceName(plain)) return `${plain}-modules`
  return plain === '' ? 'local' : plain
}
