import type {Sha256} from '../digest.ts'
import type {RegistryRelease} from '../registry/types.ts'
import {debianDeclaration} from './debian/declared.ts'
import type {Declaration, NothingListed, Replaced, Voucher} from './declaration.ts'
import {githubDeclaration} from './github/declared.ts'
import {hgDeclaration} from './hg/declared.ts'
import {pathDeclaration} from './path/declared.ts'
import {urlDeclaration} from './url/declared.ts'

/** Every kind of source with its declaration. The types below follow from it, and so do the keys of `sources` (index.ts). */
const declarations = {
  debian: debianDeclaration,
  github: githubDeclaration,
  hg: hgDeclaration,
  path: pathDeclaration,
  url: urlDeclaration,
}

type Declarations = typeof declarations

/** The kinds of sources by their names in manifests. */
export type SourceKind = keyof Declarations

/** A source of a kind as the manifest declares it; defaults are not filled in. */
export type DeclaredOf<K extends SourceKind> = Parameters<Declarations[K]['define']>[1]

/** A source of a kind as the registry has it or the manifest declares it, with defaults. */
export type DefinitionOf<K extends SourceKind> = ReturnType<Declarations[K]['define']>

/** What exactly was resolved of a source of a kind. */
export type ResolvedOf<K extends SourceKind> = Parameters<Declarations[K]['fits']>[1]

/** A source as the manifest declares it; defaults are not filled in. */
export type DeclaredSource = {[K in SourceKind]: DeclaredOf<K>}[SourceKind]

/** A publisher of modules: from the registry or from the manifest. */
export type SourceDefinition = {[K in SourceKind]: DefinitionOf<K>}[SourceKind]

/** What exactly was resolved; goes into the lockfile as it is. */
export type Resolved = {[K in SourceKind]: ResolvedOf<K>}[SourceKind]

/** Returns the definition of a declared source, with its defaults filled in. */
export function define(id: string, declared: DeclaredSource): SourceDefinition {
  return of(declared).define(id, declared)
}

/** Names the place where a declared source lies; two of one kind and place are one. */
export function placeOf(declared: DeclaredSource): string {
  return of(declared).place(declared)
}

/**
 * Says where a source lies, for people. @param release a version or revision of it, told along where it has several
 */
export function describeSource(definition: SourceDefinition, release?: string): string {
  return of(definition).describe(definition, release)
}

/** Tells whether something was resolved from a source as it is defined now. */
export function cameFrom(definition: SourceDefinition, resolved: Resolved): boolean {
  return definition.kind === resolved.kind && of(definition).fits(definition, resolved)
}

/** Tells who vouches for a release of a source. @param isKnown whether the registry has its digests */
export function voucherOf(definition: SourceDefinition, isKnown: boolean): Voucher {
  return of(definition).trust(definition, isKnown)
}

/** Returns the declaration with relative paths of this machine taken from a folder. */
export function rootedIn(folder: string, declared: DeclaredSource): DeclaredSource {
  return of(declared).rooted?.(declared, folder) ?? declared
}

/** Lists the folders of this machine that a declared source names. */
export function foldersOf(declared: DeclaredSource): readonly string[] {
  return of(declared).folders?.(declared) ?? []
}

/** Names a folder inside of a declared source as its kind does; undefined where its kind has none. */
export function insideOf(declared: DeclaredSource, folder: string): string | undefined {
  return of(declared).inside?.(declared, folder)
}

/** Lists the texts of a declared source that have to be URLs, by their keys. */
export function urlsOf(declared: DeclaredSource): Readonly<Record<string, string>> {
  return of(declared).urls?.(declared) ?? {}
}

/** Returns what a release of the registry resolves to. Throws for a kind that the registry has no source of. */
export function publishedAt(definition: SourceDefinition, release: RegistryRelease): Resolved {
  const resolved = of(definition).published?.(definition, release)
  if (resolved === undefined) throw new Error(`the registry has no source of kind ${definition.kind}`)
  return resolved
}

/** Returns the digest of the Debian package that something was resolved to; undefined where it is none. */
export function packageDigestOf(resolved: Resolved): Sha256 | undefined {
  return of(resolved).packageDigest?.(resolved)
}

/**
 * Tells what a publisher has put in the place of a locked release of the same version; undefined where it did not.
 */
export function replacedBy(locked: Resolved, now: Resolved): Replaced | undefined {
  return locked.kind === now.kind ? of(locked).replaced?.(locked, now) : undefined
}

/** Says what is wrong where a publisher that answers lists no release; undefined where no more can be said. */
export function nothingListed(definition: SourceDefinition): NothingListed | undefined {
  return of(definition).nothingListed?.(definition)
}

/** Tells whether a source lies on this machine, where it may have changed since it was read. */
export function isLocal({kind}: {readonly kind: SourceKind}): boolean {
  return of({kind}).isLocal === true
}

/** Tells whether releases of a kind are tags, and a tag, branch or commit may be named in place of a version. */
export function namesCommits({kind}: {readonly kind: SourceKind}): boolean {
  return of({kind}).namesCommits === true
}

/** Tells whether publishers of a kind list what touched a module, rather than all releases. */
export function listsByModule({kind}: {readonly kind: SourceKind}): boolean {
  return of({kind}).listsByModule === true
}

// The map is keyed by kind, so the declaration found under a thing's kind takes that thing.
function of({kind}: {readonly kind: SourceKind}): Declaration<DeclaredSource, SourceDefinition, Resolved> {
  return declarations[kind]
}
