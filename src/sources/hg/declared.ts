import type {DeclaredBase, Declaration, DefinitionBase} from '../declaration.ts'

/** A Mercurial repository as a manifest declares it for a source. */
export interface HgDeclared extends DeclaredBase {
  readonly kind: 'hg'
  /** URL of the repository on hgweb. */
  readonly repository: string
}

/** A source in a Mercurial repository, with all that its declaration left open. */
export interface HgDefinition extends DefinitionBase {
  readonly kind: 'hg'
  /** URL of the repository on hgweb. */
  readonly repository: string
}

/** The changeset of a Mercurial repository that a locked module's files come from. */
export interface HgResolved {
  readonly kind: 'hg'
  readonly repository: string
  /** The changeset's node, 12 to 40 hex digits of it. */
  readonly revision: string
}

/** What a Mercurial repository on hgweb is declared by. */
export const hgDeclaration: Declaration<HgDeclared, HgDefinition, HgResolved> = {
  define: (id, {layout = 'folders', repository}) => ({
    id,
    kind: 'hg',
    scheme: 'calendar',
    layout,
    repository: repository.replace(/\/+$/, ''),
  }),
  place: ({repository}) => repository,
  describe: ({repository}, release) => (release === undefined ? repository : `${repository} at ${release}`),
  fits: (definition, resolved) => resolved.repository === definition.repository,
  trust: (_definition, isKnown) => (isKnown ? 'registry' : 'first-use'),
  urls: ({repository}) => ({repository}),
  published: ({repository}, {revision}) => ({kind: 'hg', repository, revision}),
  listsByModule: true,
}
