import {sha256Of} from '../../src/digest.ts'
import {embeddedRegistry, type Registry} from '../../src/registry/registry.ts'
import type {RegistryMove, RegistryReleases} from '../../src/registry/types.ts'

/** A release that a registry shall know, by its files' texts; oldest first. */
export interface KnownRelease {
  readonly version: string
  readonly revision: string
  readonly files: Readonly<Record<string, string>>
  readonly tag?: string
  /** YYYY-MM-DD; one of 2026 where nothing is said. */
  readonly date?: string
}

/** The embedded registry with other releases of some sources, and other moves. */
export function registryWith(
  releases: Readonly<Record<string, readonly KnownRelease[]>>,
  moves: readonly RegistryMove[] = [],
): Registry {
  const embedded = embeddedRegistry()
  const tables = new Map(Object.entries(releases).map(([id, known]) => [id, tableOf(id, known)]))
  const names: Record<string, readonly string[]> = {...embedded.index.names}
  for (const [id, table] of tables) {
    for (const name of Object.keys(table.names))
      names[name] = [...new Set([...(names[name] ?? []), id])].sort()
  }
  return {
    ...embedded,
    index: {...embedded.index, names},
    source: (id) => embedded.source(id),
    releases: (id) => tables.get(id) ?? embedded.releases(id),
    moves,
  }
}

function tableOf(source: string, known: readonly KnownRelease[]): RegistryReleases {
  const texts = [...new Set(known.flatMap(({files}) => Object.values(files)))]
  const paths = known.flatMap(({files}) => Object.keys(files))
  return {
    source,
    digests: texts.map((text) => ({
      sha256: sha256Of(text),
      size: Buffer.byteLength(text),
      basis: 'upstream',
    })),
    releases: known.map(({version, revision, files, tag, date = '2026-01-02'}) => ({
      version,
      revision,
      date,
      ...(tag === undefined ? {} : {tag}),
      files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, texts.indexOf(text)])),
    })),
    names: Object.fromEntries(
      paths.flatMap((path) => {
        const name = /(?:^|\/)mod_([^/.]+)\.lua$/.exec(path)?.[1]
        return name === undefined ? [] : [[name, {}]]
      }),
    ),
  }
}

/** The embedded registry with no more of modules that change by themselves than the releases of their sources. */
export function registryWithoutHistories(): Registry {
  const embedded = embeddedRegistry()
  return {
    ...embedded,
    index: embedded.index,
    moves: embedded.moves,
    source: (id) => embedded.source(id),
    releases: (id) => withoutHistory(embedded.releases(id)),
    history: () => undefined,
  }
}

function withoutHistory({source, digests, releases, names}: RegistryReleases): RegistryReleases {
  const bare = Object.entries(names).map(([name, facts]) => {
    const kept = Object.entries(facts).filter(([key]) => key !== 'newest' && key !== 'gone')
    return [name, Object.fromEntries(kept)] as const
  })
  return {source, digests, releases, names: Object.fromEntries(bare)}
}
