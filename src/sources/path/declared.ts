import {isAbsolute, resolve} from 'node:path'
import type {DeclaredBase, Declaration, DefinitionBase} from '../declaration.ts'

/** A file or folder of this machine as a manifest declares it for a source. */
export interface PathDeclared extends DeclaredBase {
  readonly kind: 'path'
  /** The path, relative to the project, `/`-separated, or absolute. */
  readonly path: string
}

/** A source in a file or folder of this machine, with all that its declaration left open. */
export interface PathDefinition extends DefinitionBase {
  readonly kind: 'path'
  /** The path as the manifest has it. */
  readonly path: string
}

/** The file or folder of this machine that a locked module's files come from. */
export interface PathResolved {
  readonly kind: 'path'
  readonly path: string
}

/** What a folder of modules on this machine is declared by. */
export const pathDeclaration: Declaration<PathDeclared, PathDefinition, PathResolved> = {
  define: (id, {layout = 'folders', path}) => ({id, kind: 'path', scheme: 'single', layout, path}),
  place: ({path}) => path,
  describe: ({path}) => path,
  fits: (definition, resolved) => resolved.path === definition.path,
  trust: () => 'user',
  rooted: (declared, folder) =>
    isAbsolute(declared.path) ? declared : {...declared, path: resolve(folder, declared.path)},
  isLocal: true,
  folders: ({path}) => [path],
  inside: ({path}, folder) => `${path.replace(/\/+$/, '')}/${folder}`,
}
