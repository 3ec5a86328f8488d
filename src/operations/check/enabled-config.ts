import {bareName} from '../../module-name.ts'
import {enabledModules} from '../../prosody/config/enabled.ts'
import {hostsIn, optionFor} from '../../prosody/config/effective.ts'
import type {Configuration} from '../../prosody/config/types.ts'
import {readUserConfig, type ConfiguredProject} from '../user-config/find.ts'

/** What a configuration of Prosody enables, as far as reading it tells. */
export interface EnabledModules {
  /** The files that were read, as they are shown. */
  readonly files: readonly string[]
  /** Names of modules that some host, or the whole server, enables. */
  readonly names: ReadonlySet<string>
  /** What can't be known without running it, one line each; where there is none, no other module is enabled. */
  readonly unknown: readonly string[]
}

/**
 * Reads what the user's configuration enables (`readUserConfig`). Undefined where there is none that says so. Throws
 * PATH_NOT_FOUND for a given file that is none.
 */
export function readEnabled(
  project: ConfiguredProject,
  given: readonly string[] = [],
): EnabledModules | undefined {
  return enabledBy(readUserConfig(project, given), given.length > 0)
}

/** Tells the same of a configuration that was read; one that was not asked for has to say something of modules or hosts. */
export function enabledBy(
  configuration: Configuration | undefined,
  isAskedFor: boolean,
): EnabledModules | undefined {
  if (configuration === undefined) return undefined
  const isTelling = isAskedFor || hostsIn(configuration).length > 0 || setsModules(configuration)
  return isTelling ? enabledIn(configuration) : undefined
}

/** Lists what any host of a configuration enables. */
function enabledIn(configuration: Configuration): EnabledModules {
  const names = new Set<string>()
  const all = [null, ...hostsIn(configuration)]
  for (const host of all)
    for (const {name} of enabledModules(configuration, host).modules)
      if (host !== null || isLoaded(name, configuration)) names.add(bareName(name))
  return {files: configuration.files, names, unknown: unknownIn(configuration)}
}

/** What the whole server enables is not loaded where every host disables it. */
function isLoaded(name: string, configuration: Configuration): boolean {
  const hosts = hostsIn(configuration).filter(({kind}) => kind === 'host')
  if (hosts.length === 0) return true
  return hosts.some((host) => enabledModules(configuration, host).modules.some((one) => one.name === name))
}

function setsModules(configuration: Configuration): boolean {
  return optionFor(configuration, null, 'modules_enabled') !== undefined
}

const naming = new Set([
  'modules_enabled',
  'component_module',
  'authentication',
  'storage',
  'default_storage',
])

function unknownIn({problems, sections, unknown}: Configuration): string[] {
  const notRead = problems.map(({file, line, message}) => `${file}:${line}: ${message}`)
  const notes = unknown.filter(({kind}) => kind !== 'host')
  const computed = sections
    .flatMap(({settings}) => settings)
    .filter(({name, value}) => naming.has(name) && !isKnown(value))
    .map(({name, file, line}) => ({text: `${name} is computed`, file, line}))
  const told = [...notes, ...computed].map(({text, file, line}) => `${file}:${line}: ${text}`)
  return [...new Set([...notRead, ...told])]
}

function isKnown(value: Configuration['sections'][number]['settings'][number]['value']): boolean {
  if (value.kind !== 'table') return value.kind !== 'unknown'
  return value.complete && [...value.items, ...value.fields].every((one) => isKnown(one.value))
}
