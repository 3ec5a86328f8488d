import {bareName} from '../module-name.ts'
import {docsPage} from '../docs-page.ts'
import type {Registry} from '../registry/registry.ts'
import {define, type DeclaredSource, type SourceDefinition} from '../sources/kinds.ts'
import {parseJson, type JsonKind} from './json-text.ts'
import {nearestNames} from '../text/nearest.ts'
import {keysIn, type ModuleKey} from '../module-key.ts'
import {warning, type Warning} from '../warning.ts'

/** Name of the manifest, in the project's folder. */
export const manifestName = 'prosody-mods.json'
/** Folder of an image that modules are copied to where the manifest names none. */
export const defaultModulesPath = '/usr/local/lib/prosody-mods'
/** Line of Prosody that modules are to run with where the manifest names none. */
export const defaultProsody = '13.0'
/** Suite of Debian whose packages an image installs where the manifest names none. */
export const defaultDebian = 'trixie'

/**
 * How modules lie in an image: `sources`, a folder for each source, all named by a plugin_paths of ours; `modules`, a
 * folder for each module in the one folder that a configuration of somebody else has in its plugin_paths.
 */
export type ModulesLayout = 'sources' | 'modules'

/** A version or range, or that and more about a module. */
export type ManifestEntry =
  | string
  | {
      readonly version: string
      /** Files and folders to take besides what is taken anyway, as they lie beside the module's main file. */
      readonly include?: readonly string[]
      /** Modules to leave out of a whole tree, with or without `mod_`. */
      readonly except?: readonly string[]
    }

/** prosody-mods.json, as docs/reference/manifest.md describes it; defaults are not filled in. */
export interface Manifest {
  readonly $schema?: string
  readonly prosody?: string
  readonly image?: {
    readonly debian?: string
    readonly modulesPath?: string
    readonly layout?: ModulesLayout
    readonly lua?: string
    readonly base?: string
    readonly profile?: 'jitsi' | 'xmpp' | 'minimal'
    readonly variant?: 'slim' | 'scratch'
    readonly packages?: readonly string[]
    readonly uid?: number
    readonly labels?: Readonly<Record<string, string>>
    /** What Prosody is started with, or files of variables, as paths from the project's folder. */
    readonly config?: string | readonly string[]
  }
  readonly modules?: Readonly<Record<ModuleKey, ManifestEntry>>
  /**
   * Patches by what they are for, a module or Prosody itself, in the order in which they are applied: paths from the
   * project's folder, or `source:path` for one that lies in the locked release of a source.
   */
  readonly patches?: Readonly<Record<ModuleKey, readonly string[]>> & {readonly prosody?: readonly string[]}
  readonly pluginPaths?: {readonly before?: readonly string[]; readonly after?: readonly string[]}
  readonly sources?: Readonly<Record<string, DeclaredSource>>
  readonly mirrors?: Readonly<Record<string, string>>
  readonly trust?: 'first-use' | 'registry'
  /** How old a release has to be before it is chosen without being named: `7 days`. */
  readonly minimumReleaseAge?: string
  readonly lint?: {
    readonly policy?: 'refuse' | 'warn'
    /** By the id of a rule. */
    readonly rules?: Readonly<Record<string, 'error' | 'warning' | 'note' | 'off'>>
  }
}

const known = [
  '$schema',
  'prosody',
  'image',
  'modules',
  'patches',
  'pluginPaths',
  'sources',
  'mirrors',
  'trust',
  'minimumReleaseAge',
  'lint',
]

/** Throws MANIFEST_INVALID with line and column. */
export async function parseManifest(text: string, path: string): Promise<Manifest> {
  const {validateManifest} = await import('#validators')
  const kind: JsonKind = {
    code: 'MANIFEST_INVALID',
    hint: `${docsPage('docs/reference/manifest.md')} describes every key`,
    schema: 'manifest.schema.json',
    problem: (data) => (validateManifest(data) ? undefined : mostTelling(validateManifest.errors ?? [])),
  }
  return (await parseJson(text, path, kind)) as Manifest
}

/**
 * Finds the error of a schema to tell: of a failed if/then, the one inside tells more than the one about the branch.
 */
export function mostTelling<T extends {readonly keyword: string}>(errors: readonly T[]): T | undefined {
  return errors.find(({keyword}) => !['if', 'allOf', 'oneOf', 'propertyNames'].includes(keyword)) ?? errors[0]
}

/** Returns the version or range that the manifest wants of a module; undefined for one that it does not name. */
export function versionIn({modules = {}}: Manifest, key: ModuleKey): string | undefined {
  const entry = Object.hasOwn(modules, key) ? modules[key] : undefined
  return typeof entry === 'object' ? entry.version : entry
}

/** Lists what the manifest takes of a module besides what is taken anyway, sorted. */
export function includesIn({modules = {}}: Manifest, key: ModuleKey): readonly string[] {
  const entry = Object.hasOwn(modules, key) ? modules[key] : undefined
  return typeof entry === 'object' ? [...new Set(entry.include)].sort() : []
}

/** Lists the names of modules that the manifest leaves out of a tree, sorted. */
export function exceptIn({modules = {}}: Manifest, key: ModuleKey): readonly string[] {
  const entry = Object.hasOwn(modules, key) ? modules[key] : undefined
  if (typeof entry !== 'object') return []
  return [...new Set(entry.except?.map((name) => bareName(name)))].sort()
}

/** Lists the patches that the manifest names for a module, or for Prosody, in the order in which they are applied. */
export function patchesIn({patches}: Manifest, key: ModuleKey | 'prosody'): readonly string[] {
  return patches !== undefined && Object.hasOwn(patches, key) ? (patches[key] ?? []) : []
}

/** Lists the modules that the manifest names patches for. */
export function patchedKeys({patches}: Manifest): ModuleKey[] {
  return keysIn(patches).filter((key) => key.includes('/'))
}

/** Returns the path of keys to a module's version in the manifest: an entry that says more keeps what it says. */
export function versionPath({modules = {}}: Manifest, key: ModuleKey): string[] {
  const isObject = Object.hasOwn(modules, key) && typeof modules[key] === 'object'
  return isObject ? ['modules', key, 'version'] : ['modules', key]
}

const knownOfImage = new Set(
  'debian modulesPath layout lua base profile variant packages uid labels config'.split(' '),
)

/** Lists the keys at the top of a manifest and of its image that this version does not know: kept, but worth a warning. */
export function unknownKeys({image = {}, ...manifest}: Manifest): string[] {
  return [
    ...Object.keys(manifest).filter((key) => !known.includes(key)),
    ...Object.keys(image).flatMap((key) => (knownOfImage.has(key) ? [] : [`image.${key}`])),
  ]
}

/** Writes a warning for each key of a manifest that is not known. */
export function unknownKeyWarnings(manifest: Manifest): Warning[] {
  return unknownKeys(manifest).map((key) => {
    const [near] = nearestNames(key, [...known, ...[...knownOfImage].map((one) => `image.${one}`)], 1)
    const meant = near === undefined ? '' : `; did you mean "${near}"?`
    return warning('KEY_UNKNOWN', `${manifestName}: the key "${key}" is not known and has no effect${meant}`)
  })
}

/** Returns the absolute folder of an image that the manifest's modules are copied to. */
export function modulesPathOf(manifest: Manifest): string {
  return manifest.image?.modulesPath ?? defaultModulesPath
}

/** Returns how the manifest's modules lie in an image. */
export function layoutIn(manifest: Manifest): ModulesLayout {
  return manifest.image?.layout ?? 'sources'
}

/** Finds a source of the registry or, failing that, of the manifest; undefined when neither has it. */
export function sourceDefinition(
  id: string,
  {sources = {}}: Manifest,
  registry: Registry,
): SourceDefinition | undefined {
  const published = registry.source(id)
  if (published !== undefined) return published
  const declared = Object.hasOwn(sources, id) ? sources[id] : undefined
  return declared && define(id, declared)
}
