import type {Origin} from '../origin.ts'

/** Something that a recipe brings in, from wherever. */
export interface Thing {
  /** In the order in which they come in. */
  readonly id: number
  readonly kind: 'url' | 'repository' | 'package' | 'context' | 'text'
  /** URL, address of the repository, name of the package, path in the build context, or the text itself. */
  readonly from: string
  /** Of a repository. */
  readonly vcs: 'git' | 'hg' | undefined
  /** Of a repository what is checked out, of a package its version; undefined where nothing says it. */
  ref: string | undefined
  /** The sha256 that the recipe wants a URL's bytes to have. */
  sha256: string | undefined
  /** Of what brings it, from 1. */
  readonly line: number
  /** Variables without value and outputs of commands that its name has, as they are written. */
  readonly unknown: readonly string[]
  /** What has to hold for it to come in; undefined where nothing has to. */
  readonly condition: string | undefined
}

/** A thing or a part of one. */
export interface Piece {
  readonly thing: Thing
  /** What was checked out when it was taken. */
  readonly ref: string | undefined
  /** Path in the thing; '' of all of it. */
  readonly path: string
  /** Of an archive that was unpacked: how many leading folders its paths lack here; undefined of what is no archive's content. */
  readonly stripped: number | undefined
  /** Names that are taken of what lies right in `path`; undefined for all. */
  readonly pattern: string | undefined
}

/** Returns the whole of a thing. */
export function wholeOf(thing: Thing): Piece {
  return {thing, ref: thing.ref, path: '', stripped: undefined, pattern: undefined}
}

/** Says where a piece comes from; undefined of what is in no place of others: the build context, and what is written. */
export function originOf({thing, ref, path, stripped}: Piece): Origin | undefined {
  switch (thing.kind) {
    case 'url': {
      if (stripped !== undefined) return {kind: 'member', archive: thing.from, path: belowTop(path, stripped)}
      const {sha256} = thing
      return {kind: 'url', url: thing.from, ...(sha256 === undefined ? {} : {sha256})}
    }
    case 'repository':
      return {kind: 'repository', vcs: thing.vcs ?? 'git', url: thing.from, ref, path}
    case 'package':
      return {kind: 'package', name: thing.from, version: ref, path}
    case 'context':
    case 'text':
      return undefined
  }
}

/** Of an archive that has all it holds in one folder. */
function belowTop(path: string, stripped: number): string {
  return stripped > 0 ? path : path.split('/').slice(1).join('/')
}
