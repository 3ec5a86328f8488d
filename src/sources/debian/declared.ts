import type {Sha256} from '../../digest.ts'
import {isAbsolute, resolve} from 'node:path'
import {isArchiveName} from './named-archive.ts'
import type {DeclaredBase, Declaration, DefinitionBase} from '../declaration.ts'

/** A .deb by its place in a mirror's pool; `root` is the folder in it that holds the modules. */
export interface DebReference {
  readonly package: string
  readonly version: string
  readonly path: string
  readonly sha256: Sha256
  /** Bytes of the .deb; unknown for packages that a user declares without it. */
  readonly size?: number
  readonly root: string
  /** The archive that has the .deb: base URL, or name in the registry; undefined for Debian's own, of which any mirror will do. */
  readonly archive?: string
}

/** A package that is looked up in the signed index of an archive. */
export interface DebianIndex {
  readonly package: string
  readonly root: string
  /** Base URL without a slash at the end, or name in the registry; undefined for Debian's own at this machine's mirrors. */
  readonly archive?: string
  /** The suite's folder below dists/; one that ends in a slash is a folder of an archive without dists/. */
  readonly suite: string
  /** The component, of suites below dists/. */
  readonly component: string
  readonly architecture: string
  /** File with the keys that the archive signs with, relative to the project; undefined for those that are known. */
  readonly signedBy?: string
}

/** A Debian source as a manifest declares it by its packages, each with its digest. */
export interface DebsDeclared extends DeclaredBase {
  readonly kind: 'debian'
  readonly debs: readonly DebReference[]
}

/** A Debian source as a manifest declares it by a suite of an archive, whose signed index names the packages. */
export interface IndexDeclared extends DeclaredBase, Omit<DebianIndex, 'component' | 'architecture'> {
  readonly kind: 'debian'
  readonly debs?: undefined
  readonly component?: string
  readonly architecture?: string
}

/** Packages that are known by their digest, or by the signed index of an archive. */
export interface DebianDefinition extends DefinitionBase {
  readonly kind: 'debian'
  readonly debs: readonly DebReference[]
  readonly index?: DebianIndex
}

/** The Debian package that a locked module's files come from. */
export interface DebianResolved extends DebReference {
  readonly kind: 'debian'
}

/** What packages of Debian, or of an archive like Debian's, are declared by. */
export const debianDeclaration: Declaration<DebsDeclared | IndexDeclared, DebianDefinition, DebianResolved> =
  {
    define: (id, declared) => {
      const base = {id, kind: 'debian', scheme: 'debian', layout: declared.layout ?? 'folders'} as const
      return declared.debs === undefined
        ? {...base, debs: [], index: indexOf(declared)}
        : {...base, debs: declared.debs}
    },
    place: ({debs = []}) => debs.map(({path}) => path).join(' '),
    describe: ({id}, release) => (release === undefined ? id : `${id} ${release}`),
    fits: ({debs, index}, resolved) =>
      index === undefined
        ? debs.some(({sha256, root}) => sha256 === resolved.sha256 && root === resolved.root)
        : fitsIndex(index, resolved),
    trust: ({index}) => (index === undefined ? 'user' : 'signature'),
    rooted: (declared, folder) =>
      declared.debs !== undefined || declared.signedBy === undefined || isAbsolute(declared.signedBy)
        ? declared
        : {...declared, signedBy: resolve(folder, declared.signedBy)},
    urls: (declared) =>
      declared.debs !== undefined || declared.archive === undefined || isArchiveName(declared.archive)
        ? {}
        : {archive: declared.archive},
    packageDigest: ({sha256}) => sha256,
    replaced: (locked, now) =>
      locked.sha256 === now.sha256
        ? undefined
        : {what: `package ${now.package} ${now.version}`, expected: locked.sha256, got: now.sha256},
    nothingListed: ({id, index}) => index && lacking(id, index),
  }

function indexOf(declared: IndexDeclared): DebianIndex {
  const {package: name, root, archive, suite, signedBy, component = 'main', architecture = 'amd64'} = declared
  return {
    package: name,
    root,
    suite,
    component,
    architecture,
    ...(archive === undefined ? {} : {archive: archive.replace(/\/+$/, '')}),
    ...(signedBy === undefined ? {} : {signedBy}),
  }
}

function fitsIndex(index: DebianIndex, deb: DebReference): boolean {
  return deb.package === index.package && deb.root === index.root && deb.archive === index.archive
}

function lacking(
  id: string,
  {suite, component, package: name}: DebianIndex,
): {readonly message: string; readonly hint: string} {
  return {
    message: `${id}: suite ${suite}${suite.endsWith('/') ? '' : ` (${component})`} of the archive has no package ${name}`,
    hint: 'correct "package", "suite" or "component" of the source',
  }
}
