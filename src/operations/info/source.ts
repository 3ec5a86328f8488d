import {repositoryPage} from '../../sources/repository.ts'
import type {RegistryReleases, SourceLayout} from '../../registry/types.ts'
import {entriesIn, splitKey, type ModuleKey} from '../../module-key.ts'
import {sourceDefinition} from '../../project/manifest.ts'
import {revisionOf} from '../../sources/revision.ts'
import {describeSource, voucherOf} from '../../sources/kinds.ts'
import type {Voucher} from '../../sources/declaration.ts'
import type {SchemeId} from '../../versioning/types.ts'
import {schemes} from '../../versioning/index.ts'
import type {Environment} from '../../workbench/environment.ts'
import type {NearProject} from '../../workbench/open-project.ts'

/** What is known of a publisher of modules; the shape is part of --json (docs/reference/json.md). */
export interface SourceInfo {
  readonly id: string
  /** Whether the registry has it, or the manifest or the user's configuration declares it. */
  readonly from: 'registry' | 'declared'
  readonly title: string | null
  readonly homepage: string | null
  /** SPDX expression. */
  readonly licence: string | null
  readonly kind: string
  /** Where it lies, for people. */
  readonly place: string
  readonly scheme: SchemeId
  /** How its versions are written. */
  readonly spelling: string
  readonly layout: SourceLayout
  /** Who vouches for a release that nobody knows yet. */
  readonly voucher: Voucher
  /** What the registry knows of it; null for a source that is declared. */
  readonly known: KnownOfSource | null
  /** Modules of it that the project has locked. */
  readonly locked: readonly {
    readonly module: ModuleKey
    readonly version: string
    readonly revision: string | null
  }[]
}

/** What the registry knows of a source. */
export interface KnownOfSource {
  /** Modules that it publishes. */
  readonly modules: number
  /** Modules that it once published, and has no more. */
  readonly gone: number
  /** Releases that are known as a whole. */
  readonly releases: number
  readonly newest: {
    readonly version: string
    readonly revision: string
    /** UTC, YYYY-MM-DD. */
    readonly date: string
  } | null
  /** UTC day up to which the history of each module is known; null where the source has none. */
  readonly historyUntil: string | null
  /** How many contents of files are known, by what their digests rest on. */
  readonly digests: Readonly<Record<'upstream' | 'debian' | 'fork', number>>
}

/** Tells what is known of a source of the registry, or of one that is declared; undefined where there is none. */
export function sourceInfo(
  id: string,
  {manifest, lock}: Pick<NearProject, 'manifest' | 'lock'>,
  {registry}: Environment,
): SourceInfo | undefined {
  const definition = sourceDefinition(id, manifest, registry)
  if (definition === undefined) return undefined
  const published = registry.source(id)
  const {kind, scheme, layout} = definition
  const locked = entriesIn(lock.modules).filter(([key]) => splitKey(key)[0] === id)
  return {
    id,
    from: published === undefined ? 'declared' : 'registry',
    title: published?.title ?? null,
    homepage: published?.homepage ?? repositoryPage(definition),
    licence: published?.licence ?? null,
    kind,
    place: describeSource(definition),
    scheme,
    spelling: schemes[scheme].spelling,
    layout,
    voucher: voucherOf(definition, false),
    known: published === undefined ? null : knownOf(registry.releases(id)),
    locked: locked.map(([module, one]) => ({
      module,
      version: one.version,
      revision: revisionOf(one) ?? null,
    })),
  }
}

function knownOf({names, releases, history, digests}: RegistryReleases): KnownOfSource {
  const all = Object.values(names)
  const gone = all.filter((one) => one.gone !== undefined).length
  const newest = releases.at(-1)
  const number = (basis: string): number => digests.filter((one) => one.basis === basis).length
  return {
    modules: all.length - gone,
    gone,
    releases: releases.length,
    newest:
      newest === undefined ? null : {version: newest.version, revision: newest.revision, date: newest.date},
    historyUntil: history?.date ?? null,
    digests: {upstream: number('upstream'), debian: number('debian'), fork: number('fork')},
  }
}
