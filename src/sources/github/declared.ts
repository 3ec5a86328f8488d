import type {DeclaredBase, Declaration, DefinitionBase} from '../declaration.ts'

/** A source on GitHub as a manifest declares it. */
export interface GithubDeclared extends DeclaredBase {
  readonly kind: 'github'
  /** The repository as owner/name. */
  readonly repository: string
  /** Folder of the repository that release paths are relative to; its root where nothing is said. */
  readonly folder?: string
  /** How versions are read from tags; `semver` where nothing is said. */
  readonly scheme?: 'build' | 'date' | 'semver'
  /** What stands before the version in the names of tags. */
  readonly tagPrefix?: string
}

/** A repository on GitHub, from the registry or as declared. */
export interface GithubDefinition extends DefinitionBase {
  readonly kind: 'github'
  /** The repository as owner/name. */
  readonly repository: string
  /** Folder of the repository that release paths are relative to; '' for its root. */
  readonly folder: string
  /** What stands before the version in the names of tags. */
  readonly tagPrefix?: string
}

/** The commit of a repository on GitHub that a locked module's files come from. */
export interface GithubResolved {
  readonly kind: 'github'
  readonly repository: string
  /** A commit, 40 hex digits once it was fetched. */
  readonly revision: string
  readonly folder: string
  readonly tag?: string
  /** The branch whose tip the commit was when it was asked for; HEAD where that is no branch. */
  readonly branch?: string
}

/** What a repository on GitHub is declared by. */
export const githubDeclaration: Declaration<GithubDeclared, GithubDefinition, GithubResolved> = {
  define: (id, {layout = 'folders', repository, folder = '', scheme = 'semver', tagPrefix}) => ({
    id,
    kind: 'github',
    scheme,
    layout,
    repository,
    folder,
    ...(tagPrefix === undefined ? {} : {tagPrefix}),
  }),
  place: ({repository, folder = ''}) => `${repository} ${folder}`.trimEnd(),
  describe: ({repository, folder}, release) => {
    const place = folder === '' ? repository : `${repository}, folder ${folder}`
    return release === undefined ? place : `${place}${folder === '' ? '' : ','} at ${release}`
  },
  fits: (definition, resolved) =>
    resolved.repository === definition.repository && resolved.folder === definition.folder,
  trust: (_definition, isKnown) => (isKnown ? 'registry' : 'first-use'),
  published: ({repository, folder}, {revision, tag}) => ({
    kind: 'github',
    repository,
    revision,
    folder,
    ...(tag === undefined ? {} : {tag}),
  }),
  namesCommits: true,
}
