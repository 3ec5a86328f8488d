import {basename} from 'node:path'
import {ProsodyModsError} from '../errors.ts'
import type {Manifest, ManifestSource} from '../project/manifest.ts'
import {sourceDefinition} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import {moduleNames} from '../resolve/layout.ts'
import {listReleases} from '../sources/index.ts'
import {firstUse} from './first-use.ts'
import type {Workbench} from './workbench.ts'

export interface DeclaredSource {
  readonly id: string
  readonly source: ManifestSource
}

/** The manifest's source of this place, or a new one with an id made from the place's name. */
export function declareSource(
  wanted: ManifestSource,
  manifest: Manifest,
  registry: Registry,
): DeclaredSource {
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

/**
 * The modules that a path or URL holds. A folder or archive whose modules lie side by side with their
 * libraries, as in Jitsi's tree, is taken as one flat tree. Throws MODULE_UNKNOWN where there is none.
 */
export async function modulesOfSource(
  {id, source}: DeclaredSource,
  manifest: Manifest,
  bench: Workbench,
): Promise<{readonly names: readonly string[]; readonly source: ManifestSource}> {
  const draft = {...manifest, sources: {...manifest.sources, [id]: source}}
  const definition = sourceDefinition(id, draft, bench.environment.registry)
  if (definition === undefined) throw new Error(`the source ${id} was declared and is not there`)
  const [ref] = await listReleases(definition, bench.context)
  if (ref === undefined) throw new Error(`the source ${id} lists no release`)
  const contents = ref.contents ?? (await firstUse(id, {ref, definition, manifest}, bench))
  const layout = source.layout ?? (isFlat([...contents.files.keys()]) ? 'flat' : 'folders')
  const names = layout === 'flat' ? ['*'] : moduleNames(contents, layout)
  if (names.length === 0 || moduleNames(contents, layout).length === 0) {
    throw new ProsodyModsError('MODULE_UNKNOWN', `${placeOf(source)}: there is no module in it`, {
      hint: 'a module is a file mod_<name>.lua, by itself or in a folder',
      details: {source: placeOf(source)},
    })
  }
  return {names, source: layout === 'flat' ? {...source, layout} : source}
}

/** Several modules at the top share the libraries there: only one flat search path serves them all. */
function isFlat(paths: readonly string[]): boolean {
  const top = paths.filter((path) => !path.includes('/'))
  const modules = top.filter((path) => /^mod_[^/]+\.lua$/.test(path))
  return modules.length > 1 && top.some((path) => path.endsWith('.lib.lua'))
}

function placeOf(source: ManifestSource): string {
  switch (source.kind) {
    case 'path':
      return source.path
    case 'url':
      return source.url
    case 'hg':
      return source.repository
    case 'github':
      return `${source.repository} ${source.folder ?? ''}`.trimEnd()
    case 'debian':
      return (source.debs ?? []).map(({path}) => path).join(' ')
  }
}

function idFrom(place: string): string {
  const last = basename(URL.canParse(place) ? new URL(place).pathname : place)
  const plain = last
    .replace(/\.(?:lua|deb|tar|tgz|txz|tzst|tar\.(?:[gx]z|zst))$/i, '')
    .replace(/^mod_/, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  return plain === '' ? 'local' : plain
}
