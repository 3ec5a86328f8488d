import type {Sha256} from '../digest.ts'

/** A flaw as registry/advisories/<id>.json tells it: OSV 1.7.5, so its keys are spelled as there. */
export interface Advisory {
  readonly schema_version: string
  /** CVE-…, GHSA-…, DSA-…, or x_ and the publisher's own id. */
  readonly id: string
  /** The same flaw elsewhere, sorted. */
  readonly aliases?: readonly string[]
  readonly published?: string
  readonly modified: string
  /** What it lets happen, without a full stop. */
  readonly summary: string
  readonly details: string
  readonly affected: readonly Affected[]
  readonly references: readonly {readonly type: string; readonly url: string}[]
  readonly database_specific: {readonly evidence: string}
}

/** What has a flaw: files of modules, releases of Prosody, or packages of it in one release of Debian. */
export type Affected = AffectedFiles | AffectedProsody | AffectedPackage

/** Files of a source's modules, by their digests. */
export interface AffectedFiles {
  readonly ranges?: readonly VersionRange[]
  readonly ecosystem_specific: {
    readonly source: string
    /** What loads these files, without mod_. */
    readonly modules: readonly string[]
    /** The first version known that has the flaw, and the first known without it. */
    readonly introduced: string
    readonly fixed: string
    /** By path in a release, each content that the file had in between, oldest first. */
    readonly files: Readonly<Record<string, readonly Sha256[]>>
  }
}

/** Releases of Prosody itself. */
export interface AffectedProsody {
  readonly ranges: readonly VersionRange[]
  readonly ecosystem_specific: {readonly program: 'prosody'}
}

/** Debian's package of Prosody. */
export interface AffectedPackage {
  /** `Debian:13`, by the number of the release. */
  readonly package: {readonly ecosystem: string; readonly name: string}
  readonly ranges: readonly VersionRange[]
}

/** Versions that have a flaw: by turns from where on, and up to where. */
export interface VersionRange {
  readonly type: 'GIT' | 'SEMVER' | 'ECOSYSTEM'
  readonly repo?: string
  readonly events: readonly ({readonly introduced: string} | {readonly fixed: string})[]
}

/** Tells whether it is files of modules that have the flaw. */
export function isOfFiles(affected: Affected): affected is AffectedFiles {
  return 'ecosystem_specific' in affected && 'files' in affected.ecosystem_specific
}

/** Returns the id that people know: without OSV's mark for ids of no database that it lists. */
export function shownId({id}: Pick<Advisory, 'id'>): string {
  return id.replace(/^x_/, '')
}
