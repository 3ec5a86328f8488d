import type {RegistryReleases, RegistrySource, RegistrySummaries} from '../../src/registry/types.ts'

interface Known {
  readonly sources: readonly RegistrySource[]
  readonly tables: readonly RegistryReleases[]
}

/** Each module of each source has a line of its own, and nothing else has one. */
export function checkSummaries({summaries}: RegistrySummaries, {sources, tables}: Known): string[] {
  const ids = sources.map(({id}) => id)
  return [
    ...Object.keys(summaries)
      .filter((id) => !ids.includes(id))
      .map((id) => `there is no source ${id}`),
    ...sources.flatMap((source) =>
      checkSource(
        source,
        Object.entries(summaries[source.id] ?? {}),
        Object.keys(tables.find((table) => table.source === source.id)?.names ?? {}),
      ).map((problem) => `${source.id}: ${problem}`),
    ),
  ]
}

type Entry = [name: string, entry: RegistrySummaries['summaries'][string][string]]

function checkSource(
  {kind}: RegistrySource,
  entries: readonly Entry[],
  published: readonly string[],
): string[] {
  const names = entries.map(([name]) => name)
  return [
    ...published.filter((name) => !names.includes(name)).map((name) => `${name} has no summary`),
    // What left a Mercurial repository is still in its history.
    ...names
      .filter((name) => kind !== 'hg' && !published.includes(name))
      .map((name) => `no such module: ${name}`),
    ...(inOrder(names) ? [] : ['names must stand in order']),
    ...entries.flatMap(([name, {xeps = []}]) => (inOrder(xeps) ? [] : [`${name}: XEPs must stand in order`])),
    ...entries.flatMap(([name, {summary}], index) => {
      const first = entries.slice(0, index).find(([, other]) => sameText(other.summary, summary))
      return first === undefined ? [] : [`${name} has the summary of ${first[0]}`]
    }),
  ]
}

function inOrder(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name)
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
