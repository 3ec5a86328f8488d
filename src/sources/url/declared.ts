import type {Sha256} from '../../digest.ts'
import type {DeclaredBase, Declaration, DefinitionBase} from '../declaration.ts'

/** A file or archive under a URL as a manifest declares it for a source. */
export interface UrlDeclared extends DeclaredBase {
  readonly kind: 'url'
  readonly url: string
  readonly sha256?: Sha256
}

/** A source in a file or archive under a URL, with all that its declaration left open. */
export interface UrlDefinition extends DefinitionBase {
  readonly kind: 'url'
  readonly url: string
  readonly sha256?: Sha256
}

/** The file or archive under a URL that a locked module's files come from. */
export interface UrlResolved {
  readonly kind: 'url'
  readonly url: string
  readonly sha256?: Sha256
}

/** What one file or one archive under a URL is declared by. */
export const urlDeclaration: Declaration<UrlDeclared, UrlDefinition, UrlResolved> = {
  define: (id, {layout = 'folders', url, sha256}) => ({
    id,
    kind: 'url',
    scheme: 'single',
    layout,
    url,
    ...(sha256 === undefined ? {} : {sha256}),
  }),
  place: ({url}) => url,
  describe: ({url}) => url,
  fits: (definition, resolved) => resolved.url === definition.url && resolved.sha256 === definition.sha256,
  trust: ({sha256}) => (sha256 === undefined ? 'first-use' : 'user'),
  urls: ({url}) => ({url}),
}
