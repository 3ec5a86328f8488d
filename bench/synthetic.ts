import {hash} from 'node:crypto'
import {sha256Of} from '../src/digest.ts'
import {nothing} from '../src/facts/nothing.ts'
import type {FileFacts, ModuleRequirement, Requirement} from '../src/facts/fact-types.ts'
import type {Manifest} from '../src/project/manifest.ts'
import type {Registry} from '../src/registry/registry.ts'
import type {
  RegistryDigest,
  RegistryRelease,
  RegistryReleases,
  RegistrySource,
} from '../src/registry/types.ts'

/** Releases of each module. */
export const releasesEach = 10

/** A registry that never was, what its modules' code says, and a manifest that needs all of them. */
export interface SyntheticWorld {
  readonly registry: Registry
  readonly manifest: Manifest
  /** Facts of a source's Lua file by its path in the context; those of all releases are the same. */
  readonly facts: (source: string, path: string) => FileFacts
}

/**
 * Half of the modules are in six repositories of many modules, each of whose ten releases has all of them; the other half
 * are in repositories of their own with ten releases each. A quarter is in the manifest, the rest is needed by others.
 */
export function syntheticWorld(count: number, real: Registry): SyntheticWorld {
  const modules = Array.from({length: count}, (_, index) => moduleAt(index))
  const bySource = new Map<string, string[]>()
  for (const {source, name} of modules) {
    const names = bySource.get(source)
    if (names === undefined) bySource.set(source, [name])
    else names.push(name)
  }
  const sources = new Map([...bySource.keys()].map((id) => [id, sourceOf(id)]))
  const tables = new Map([...bySource].map(([id, names]) => [id, tableOf(id, names)]))
  const facts = new Map([...bySource.keys()].map((id) => [id, new Map<string, FileFacts>()]))
  for (const [index, {source, name}] of modules.entries())
    facts.get(source)?.set(pathsOf(source, name)[0], mainFacts(index, count))
  return {
    registry: {
      ...real,
      index: {
        sources: [...sources.keys()],
        withDebs: [],
        names: Object.fromEntries(modules.map(({source, name}) => [name, [source]])),
      },
      source: (id) => sources.get(id),
      releases: (id) => tables.get(id) ?? {source: id, digests: [], releases: [], names: {}},
      libraries: real.libraries,
      prosodyLine: (line) => real.prosodyLine(line),
    },
    manifest: {modules: Object.fromEntries(modules.filter((_, index) => index % 4 === 0).map(wanted))},
    facts: (source, path) => facts.get(source)?.get(path) ?? libraryFacts,
  }
}

interface SyntheticModule {
  readonly source: string
  readonly name: string
}

const trees = ['tree-a', 'tree-b', 'tree-c', 'tree-d', 'tree-e', 'flat']

function moduleAt(index: number): SyntheticModule {
  const name = `synthetic_${String(index).padStart(6, '0')}`
  const source = index % 2 === 0 ? `own-${index}` : (trees[((index - 1) / 2) % trees.length] ?? '')
  return {source, name}
}

/** Ranges, pins, and a flat tree's one release. */
function wanted({source, name}: SyntheticModule, index: number): [key: string, versionText: string] {
  const texts = source.startsWith('own-') ? ['*', '^1.2.0', '1.5.0', '>=1.3.0 <1.8.0'] : ['*', '2026.1.7']
  return [`${source}/${name}`, source === 'flat' ? versionOf(source, 9) : (texts[index % texts.length] ?? '')]
}

function sourceOf(id: string): RegistrySource {
  const common = {id, title: id, homepage: `https://${id}.example`, licence: 'MIT'}
  if (id === 'flat')
    return {...common, kind: 'github', scheme: 'build', layout: 'flat', repository: 'flat/flat', folder: ''}
  return id.startsWith('own-')
    ? {...common, kind: 'github', scheme: 'semver', layout: 'folders', repository: `${id}/it`, folder: ''}
    : {...common, kind: 'hg', scheme: 'calendar', layout: 'folders', repository: `https://${id}.example/hg`}
}

function versionOf(source: string, release: number): string {
  if (source === 'flat') return String(1001 + release)
  return source.startsWith('own-') ? `1.${release}.0` : `2026.1.${release + 1}`
}

/** The main file, and a library beside it. */
function pathsOf(source: string, name: string): readonly [main: string, library: string] {
  return source === 'flat'
    ? [`mod_${name}.lua`, `${name}.lib.lua`]
    : [`mod_${name}/mod_${name}.lua`, `mod_${name}/tools.lib.lua`]
}

/** A new main file with every release, and a library that stays. */
function tableOf(source: string, names: readonly string[]): RegistryReleases {
  const digests: RegistryDigest[] = []
  const digestOf = (text: string): number => {
    digests.push({sha256: sha256Of(text), size: 2000, basis: 'upstream'})
    return digests.length - 1
  }
  const libraries = names.map((name) => digestOf(`${source} ${name} library`))
  const releases = Array.from({length: releasesEach}, (_, number): RegistryRelease => {
    const version = versionOf(source, number)
    const files = names.flatMap((name, index) => {
      const [main, library] = pathsOf(source, name)
      return [
        [main, digestOf(`${source} ${name} ${version}`)] as const,
        [library, libraries[index] ?? 0] as const,
      ]
    })
    const revision = hash('sha1', `${source} ${version}`, 'hex')
    return {
      version,
      revision,
      date: `2026-01-${String(number + 1).padStart(2, '0')}`,
      files: Object.fromEntries(files),
    }
  })
  return {source, digests, releases, names: Object.fromEntries(names.map((name) => [name, {}]))}
}

const none: FileFacts = {...nothing(), metadata: {}, xeps: []}
const libraryFacts: FileFacts = {...none, requires: [required('util.stanza')]}

/**
 * Up to five modules besides Prosody's own: the next one, so that all are reached; others nearby, of any source; and now
 * and then one that leads back.
 */
function mainFacts(index: number, count: number): FileFacts {
  const nearby = Array.from(
    {length: (index * 7) % 5},
    (_, at) => (index + 2 + ((index * 13 + at * 17) % 60)) % count,
  )
  const next = index % 4 === 3 || index + 1 === count ? [] : [index + 1]
  const back = index % 10 === 9 ? [index - 5] : []
  const depends = [...new Set([...next, ...nearby, ...back])].filter((other) => other !== index)
  const {source, name} = moduleAt(index)
  return {
    ...none,
    requires: ['util.stanza', 'util.json', 'net.http', 'inspect', 'cjson'].map((one) => required(one)),
    libraries: [onModule(required(source === 'flat' ? name : 'tools'))],
    depends: [...depends.map((other) => moduleAt(other).name), 'disco'].map((one) => onModule(required(one))),
  }
}

function required(name: string): Requirement {
  return {name, text: `"${name}"`, line: 1, optional: false, conditional: false}
}

function onModule(requirement: Requirement): ModuleRequirement {
  return {...requirement, on: 'module'}
}
