import type {ProsodyModsError} from '../errors.ts'
import {splitKey, type ModuleKey} from '../module-key.ts'
import type {LockedModule} from '../project/lockfile.ts'
import {defaultProsody, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'
import type {RegistryMove} from '../registry/types.ts'
import type {Gone} from '../resolve/gone.ts'
import {movesOf} from '../resolve/owners.ts'
import type {Workbench} from '../workbench/workbench.ts'

/** A locked module that its publisher has retired: the newest release has no main file. */
export interface GoneModule extends Gone {
  /** source/name */
  readonly module: ModuleKey
  /** The version that is locked. */
  readonly current: string
  readonly moves: readonly RegistryMove[]
  /** Sentences that say where it went. */
  readonly notes: readonly string[]
}

/** What is known of where a module went. */
export interface WhereItWent {
  readonly moves: readonly RegistryMove[]
  /** The moves in sentences, and what its publisher and Prosody's own modules say besides. */
  readonly notes: readonly string[]
}

/**
 * Collects what is known of where a module went.
 * @param key source/name
 */
export function whereItWent(
  key: ModuleKey,
  {prosody = defaultProsody}: Manifest,
  registry: Registry,
): WhereItWent {
  const [source, name] = splitKey(key)
  const moves = movesOf(name, source, registry)
  const {names} = registry.releases(source)
  const {supersededBy} = (Object.hasOwn(names, name) ? names[name] : undefined) ?? {}
  const isCore = registry.prosodyLine(prosody)?.coreModules.includes(name) === true
  const notes = [
    ...moves.map(({note}) => note),
    ...(isCore && !moves.some(({change}) => change === 'core')
      ? [`mod_${name} is one of Prosody ${prosody}'s own modules.`]
      : []),
    ...(supersededBy === undefined || supersededBy === name || moves.length > 0
      ? []
      : [`Its publisher says that mod_${supersededBy} takes its place.`]),
  ]
  return {moves, notes}
}

/** Tells of a locked module that its publisher has retired, and where it went. */
export function goneModule(
  module: ModuleKey,
  {gone, locked, manifest}: {readonly gone: Gone; readonly locked: LockedModule; readonly manifest: Manifest},
  {environment}: Pick<Workbench, 'environment'>,
): GoneModule {
  return {module, current: locked.version, ...gone, ...whereItWent(module, manifest, environment.registry)}
}

/** Adds where a module went to an error about it. */
export function withNotes(error: ProsodyModsError, {moves, notes}: WhereItWent): ProsodyModsError {
  return error.with({
    message: [error.message, ...notes.map((note) => `  ${note}`)].join('\n'),
    details: {...error.details, moves},
  })
}
