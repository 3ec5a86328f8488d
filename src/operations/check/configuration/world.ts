import {mainOf} from '../../../module-name.ts'
import type {FileFacts, OptionType} from '../../../facts/fact-types.ts'
import {coreFolder} from '../../../prosody/layout-proof.ts'
import {enabledModules, type EnabledModule} from '../../../prosody/config/enabled.ts'
import {hostsIn, type ConfigHost} from '../../../prosody/config/effective.ts'
import type {Configuration} from '../../../prosody/config/types.ts'
import {modulesPathOf} from '../../../project/manifest.ts'
import type {LockTarget} from '../../../project/lockfile.ts'
import type {ProjectWithLock} from '../../../workbench/open-project.ts'
import type {Environment} from '../../../workbench/environment.ts'
import type {ContextCode} from '../read-context.ts'
import type {Part} from '../parts.ts'

/** What a configuration is judged by. */
export interface ConfigurationInput {
  readonly project: ProjectWithLock
  readonly parts: readonly Part[]
  readonly code: ContextCode
  readonly target: LockTarget | null
}

/** A module that a host of the configuration enables. */
export interface EnabledOn extends EnabledModule {
  /** Null for the whole server. */
  readonly on: ConfigHost | null
}

/** All that is known around a configuration. */
export interface ConfigurationWorld {
  readonly configuration: Configuration
  readonly enabled: readonly EnabledOn[]
  /** Whether a host enables modules that are not known, or that are not among those that were read. */
  readonly isOpen: boolean
  readonly parts: ReadonlyMap<string, Part>
  readonly code: ContextCode
  readonly core: ReadonlySet<string>
  /** Folders in which Prosody may find modules that are not the project's. */
  readonly elsewhere: readonly string[]
  /** Options that Prosody reads, with their types; `*` in a name stands for anything. */
  readonly coreOptions: ReadonlyMap<string, OptionType>
}

/** Puts together what is known around a configuration; undefined where nothing is known of the line of Prosody. */
export function configurationWorld(
  configuration: Configuration,
  {project, parts, code, target}: ConfigurationInput,
  {registry}: Environment,
): ConfigurationWorld | undefined {
  const line = target === null ? undefined : registry.prosodyLine(target.prosody)
  const runtime = target === null ? undefined : registry.prosodyRuntime(target.prosody)
  if (line === undefined || runtime === undefined) return undefined
  const core = new Set([...coreFolder(line).files.keys()].flatMap((path) => mainOf(path) ?? []))
  const hosts = hostsIn(configuration)
  const all = [null, ...hosts].map((on) => ({on, ...enabledModules(configuration, on)}))
  const enabled = all.flatMap(({on, modules}) => modules.map((one) => ({...one, on})))
  const byName = new Map(parts.map((part) => [part.name, part]))
  const isOpen =
    all.some(({complete}) => !complete) ||
    configuration.unknown.some(({kind}) => kind !== 'host') ||
    enabled.some(({name}) => !byName.has(name) && !core.has(name))
  return {
    ...{configuration, enabled, isOpen, parts: byName, code, core},
    elsewhere: foldersElsewhere(configuration, project),
    coreOptions: new Map(Object.entries(runtime.options) as [string, OptionType][]),
  }
}

/** Lists the facts of the files that a module loads, its main file first. */
export function factsOf({files}: Part, {facts}: ContextCode): readonly FileFacts[] {
  return [...files].flatMap((path) => facts.get(path) ?? [])
}

function foldersElsewhere({sections}: Configuration, {manifest}: ProjectWithLock): readonly string[] {
  const {before = [], after = []} = manifest.pluginPaths ?? {}
  const set = sections
    .flatMap(({settings}) => settings)
    .filter(({name}) => name === 'plugin_paths' || name === 'installer_plugin_path')
    .flatMap(({value}) => (value.kind === 'table' ? value.items.map((one) => one.value) : [value]))
    .map((value) => (value.kind === 'string' ? value.value : 'a folder that is not known'))
  const packaged = manifest.image?.packages?.includes('prosody-modules') === true
  const own = modulesPathOf(manifest)
  const all = [...before, ...after, ...set.filter((path) => !path.startsWith(own))]
  return [...new Set([...all, ...(packaged ? ['the package prosody-modules'] : [])])]
}
