import type {Sha256} from '../../digest.ts'
import type {Compatibility} from '../../facts/compatibility.ts'
import type {ModuleFacts} from '../../facts/module-facts.ts'
import type {Placement} from '../../facts/placement.ts'
import type {Trust} from '../../project/lockfile.ts'
import type {RegistryMove, RegistryName} from '../../registry/types.ts'
import type {ModuleKey} from '../../module-key.ts'
import type {ToldFlaw} from '../../resolve/advisories.ts'
import type {SourceInfo} from './source.ts'

/** A release that has the module. */
export interface InfoRelease {
  readonly version: string
  readonly revision: string | null
  readonly date: string | null
  /** Digest, size (null where only the digest is known) and what the digest rests on, by the file's path in the release. */
  readonly files: Readonly<
    Record<string, {readonly sha256: Sha256; readonly size: number | null; readonly basis: string | null}>
  >
  /** How the revision is known to be this release; null where the publisher's own tag or package says so. */
  readonly evidence: string | null
  /** Whether every file is the same as in the release before. */
  readonly sameAsPrevious: boolean
  /** Flaws that its files are known to have, by their ids. */
  readonly advisories: readonly string[]
}

/** A source that publishes the module, with its releases. */
export interface InfoSource {
  /** source/name */
  readonly module: ModuleKey
  readonly title: string
  /** The publisher's; null where a declared source has none. */
  readonly homepage: string | null
  /** SPDX expression; null where it is not known. */
  readonly licence: string | null
  readonly kind: string
  /** Where people read about the module itself; null where there is no such page. */
  readonly page: string | null
  /** What the project has locked of it, by itself or in a whole tree; null where that is nothing. */
  readonly locked: {readonly version: string; readonly trust: Trust} | null
  readonly facts: RegistryName
  /** What it does; null where the registry does not say. */
  readonly summary: string | null
  /** The protocols that it implements or is about. */
  readonly xeps: readonly string[]
  /** The releases, newest first; only those that have the module, and that are asked for. */
  readonly releases: readonly InfoRelease[]
  /** Flaws that some of the releases are known to have. */
  readonly advisories: readonly ToldFlaw[]
  /** What the newest README that is known says that it works with, row by row. */
  readonly compatibility: readonly Compatibility[]
  /** Where to enable the newest release, when its file is known or lies in the store. */
  readonly placement: Placement | null
  /** What the code of the newest release says, when its files are known or lie in the store. */
  readonly analysis: ModuleFacts | null
}

/** What `info` knows of a module; the shape is part of --json (docs/reference/json.md). */
export interface InfoResult {
  readonly name: string
  /** The source of that name; null where there is none. */
  readonly source: SourceInfo | null
  readonly sources: readonly InfoSource[]
  /** Release lines of Prosody that have a module of this name in their core. */
  readonly core: readonly string[]
  readonly moves: readonly RegistryMove[]
}
