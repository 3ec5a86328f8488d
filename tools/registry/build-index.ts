import type {RegistryIndex, RegistryReleases} from '../../src/registry/types.ts'

/** registry/index.json from all tables: sources and names sorted, a name's sources too. */
export function buildIndex(tables: readonly RegistryReleases[]): RegistryIndex {
  const sorted = [...tables].sort((a, b) => (a.source < b.source ? -1 : 1))
  const names = new Map<string, string[]>()
  for (const table of sorted) {
    for (const name of Object.keys(table.names)) names.set(name, [...(names.get(name) ?? []), table.source])
  }
  return {
    sources: sorted.map(({source}) => source),
    withDebs: sorted.filter(hasDebs).map(({source}) => source),
    names: Object.fromEntries([...names].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function hasDebs(table: RegistryReleases): boolean {
  return table.releases.some((release) => release.deb !== undefined)
}
