import {mainOf} from '../module-name.ts'
import type {Registry} from '../registry/registry.ts'
import type {KnownUntil, ModuleHistory, RegistryRelease, RegistryReleases} from '../registry/types.ts'
import {standingOf, statesOf} from '../registry/history.ts'

/** Finds the newest release of a source that holds a module's main file, as far as the registry knows. */
export function newestKnown(
  source: string,
  name: string,
  registry: Registry,
): Pick<RegistryRelease, 'version' | 'date'> | undefined {
  const history = registry.history(source, name)
  const table = registry.releases(source)
  if (history !== undefined && table.history !== undefined) return newestIn(history, table.history, table)
  return registry
    .releases(source)
    .releases.findLast(({files}) => Object.keys(files).some((path) => mainOf(path) === name))
}

function newestIn(
  history: ModuleHistory,
  known: KnownUntil,
  table: RegistryReleases,
): Pick<RegistryRelease, 'version' | 'date'> | undefined {
  const {newest} = standingOf(history, table)
  const state = statesOf(history, known).find(({version, until}) => version === newest && until !== undefined)
  if (state !== undefined) return {version: state.version, date: state.change.date}
  return table.releases.find(({version}) => version === newest)
}
