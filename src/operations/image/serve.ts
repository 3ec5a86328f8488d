import {ProsodyModsError} from '../../errors.ts'
import {buildPackages} from '../../image/commands.ts'
import type {ImageContents, InstalledRock, LibraryFile} from '../../image/container/contents.ts'
import type {ImageModules} from '../../image/container/modules.ts'
import {librariesFolder} from '../../image/container/paths.ts'
import type {ImageSettings} from '../../image/container/settings.ts'
import {splitKey} from '../../module-key.ts'
import {ownValue} from '../../own-value.ts'
import type {Registry} from '../../registry/registry.ts'
import type {RegistryLibraries} from '../../registry/types.ts'
import {copyPlace, serveLibrary, type LibraryTarget, type Served} from '../../resolve/libraries.ts'
import {needsTargetOf} from '../../resolve/needs.ts'
import type {ModuleLibraries} from './modules.ts'

/** What brings the Lua libraries of all modules into an image. */
export interface ServedAll
  extends
    Pick<ImageContents, 'copies' | 'libraries' | 'rocks' | 'rockPackages'>,
    Pick<ImageModules, 'unmet'> {
  readonly packages: readonly string[]
}

interface Asked {
  readonly settings: ImageSettings
  readonly registry: Registry
  /** Names of modules that the configuration enables. */
  readonly used: ReadonlySet<string>
}

/**
 * Finds what brings each library. Rocks come for modules that the manifest names or that the configuration enables;
 * of a whole tree, the others are left without. Throws IMAGE_UNMET for a library that nothing brings.
 */
export function serveAll(modules: readonly ModuleLibraries[], {settings, registry, used}: Asked): ServedAll {
  const {prosody, lua, debian} = settings
  const found = new Brought(needsTargetOf({prosody, lua, debian}, registry), registry.libraries)
  const lacking = new Map<string, string[]>()
  for (const {name, key, libraries} of modules) {
    const isWanted = splitKey(key)[1] !== '*' || used.has(name)
    for (const library of libraries) {
      const unserved = found.bring(library, isWanted)
      if (unserved === undefined) continue
      if (unserved.by === 'unknown' && isWanted) throw unmetError({name, library}, unserved, settings)
      lacking.set(name, [...(lacking.get(name) ?? []), library])
    }
  }
  return {
    ...found.all(lua),
    // A library that came for another module serves all.
    unmet: new Map([...lacking].filter(([, libraries]) => !libraries.every((library) => found.has(library)))),
  }
}

/** Collects what is brought, each once. */
class Brought {
  readonly #target: LibraryTarget
  readonly #known: RegistryLibraries
  readonly #packages = new Set<string>()
  readonly #copies = new Map<string, string>()
  readonly #libraries = new Map<string, LibraryFile>()
  readonly #installed = new Map<string, InstalledRock>()
  readonly #fromRocks = new Set<string>()

  constructor(target: LibraryTarget, known: RegistryLibraries) {
    this.#target = target
    this.#known = known
  }

  /** Whether a rock was taken for a library. */
  has(library: string): boolean {
    return this.#fromRocks.has(library)
  }

  /** Returns what would serve a library that does not come by that. @param takesRocks whether rocks may be taken */
  bring(library: string, takesRocks: boolean): Extract<Served, {by: 'rock' | 'unknown'}> | undefined {
    const served = serveLibrary(library, this.#target, this.#known)
    switch (served.by) {
      case 'lua':
      case 'prosody':
        return undefined
      case 'copy':
        this.#copies.set(served.path, copyPlace(served.path, this.#target.lua))
        this.#packages.add(served.package)
        return undefined
      case 'debian':
        this.#packages.add(served.package)
        return undefined
      case 'rock':
        if (!takesRocks) return served
        this.#take(library, served)
        return undefined
      case 'unknown':
        return served
    }
  }

  /** As files where they are known and what they need comes as well. */
  #take(library: string, {rock, version}: Extract<Served, {by: 'rock'}>): void {
    if (this.#fromRocks.has(library)) return
    this.#fromRocks.add(library)
    const source = ownValue(this.#known.rocks, library)?.source
    const needs = source?.needs ?? []
    if (source === undefined || needs.some((need) => this.bring(need, true) !== undefined)) {
      this.#installed.set(library, {rock, version: version ?? null})
      return
    }
    const {repository, revision} = source
    for (const {path, to, sha256, size} of source.files) {
      const at = `${librariesFolder}/${to}`
      this.#libraries.set(at, {
        path: at,
        sha256,
        size,
        rock: version === undefined ? rock : `${rock} ${version}`,
        from: {repository, revision, path},
      })
    }
  }

  all(lua: string): Omit<ServedAll, 'unmet'> {
    const needed = [...this.#installed.keys()].map((library) => ({by: 'rock' as const, library}))
    return {
      packages: [...this.#packages],
      copies: sorted(this.#copies).map(([from, to]) => ({from, to})),
      libraries: sorted(this.#libraries).map(([, file]) => file),
      rocks: [...this.#installed.values()].sort((a, b) => (a.rock < b.rock ? -1 : 1)),
      rockPackages: buildPackages({needed, lua, rocks: this.#known.rocks}),
    }
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
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
