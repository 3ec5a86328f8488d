import {archiveError} from '../../compression/failures.ts'
import {tooManyEntries} from './limits.ts'

/**
 * Where a link leads: a symbolic link from the link's folder, a hard link from the archive's top.
 */
export interface Link {
  readonly kind: 'hard' | 'symbolic'
  readonly to: string
}

/** A name that the tree has. A hard link is a file that has a link. */
export interface TreeNode {
  readonly name: string
  readonly parent: TreeNode | undefined
  readonly kind: 'file' | 'folder' | 'symlink'
  readonly link: Link | undefined
  /** By folded name; only folders have any. */
  readonly children: Map<string, TreeNode>
}

/** What an entry says of a name that is added to the tree. */
export type NewNode = Pick<TreeNode, 'kind' | 'link'>

interface TreeLimits {
  readonly label: string
  /** Names in the tree, folders that are only implied by a path included: what bounds its memory. */
  readonly entries: number
}

const folder: NewNode = {kind: 'folder', link: undefined}

/** Every name that an archive has claimed so far; no two entries may claim one, whatever the file system is like. */
export class NameTree {
  readonly top: TreeNode = node('', undefined, folder)
  readonly #limits: TreeLimits
  #size = 0

  constructor(limits: TreeLimits) {
    this.#limits = limits
  }

  /**
   * Adds a name, with the folders above it, which may repeat; a path through a symbolic link counts as an attempt to
   * write elsewhere, whichever comes first.
   * @throws ARCHIVE_DUPLICATE, ARCHIVE_CASE_COLLISION, ARCHIVE_LINK_ESCAPES, ARCHIVE_TOO_MANY_ENTRIES
   */
  add(path: readonly string[], added: NewNode): void {
    const entry = path.join('/')
    let at = this.top
    for (const [index, name] of path.entries()) {
      const isLast = index === path.length - 1
      const present = at.children.get(folded(name))
      if (present) this.#checkPresent(present, {entry, name, kind: isLast ? added.kind : undefined})
      at = present ?? this.#grow(at, name, isLast ? added : folder)
    }
  }

  /** Finds the node of exactly this path, which must not lead through a link. */
  find(path: readonly string[]): TreeNode | undefined {
    let at: TreeNode | undefined = this.top
    for (const name of path) at = at && childOf(at, name)
    return at
  }

  #grow(parent: TreeNode, name: string, added: NewNode): TreeNode {
    this.#size += 1
    if (this.#size > this.#limits.entries) throw tooManyEntries(this.#limits.label, this.#limits.entries)
    const grown = node(name, parent, added)
    parent.children.set(folded(name), grown)
    return grown
  }

  /** `kind` is undefined where the present node is only a step on the way. */
  #checkPresent(
    present: TreeNode,
    claim: {entry: string; name: string; kind: TreeNode['kind'] | undefined},
  ): void {
    const {label} = this.#limits
    const {entry, name, kind} = claim
    if (present.name !== name) {
      const refusal = {
        entry,
        expected: `one spelling of ${JSON.stringify(pathOf(present))}`,
        got: JSON.stringify(name),
      }
      throw archiveError('ARCHIVE_CASE_COLLISION', label, refusal)
    }
    if (present.kind === 'folder' && (kind ?? 'folder') === 'folder') return
    if (present.kind === 'symlink' && kind === undefined) {
      const refusal = {
        entry,
        expected: 'a path through folders',
        got: `a link at ${JSON.stringify(pathOf(present))}`,
      }
      throw archiveError('ARCHIVE_LINK_ESCAPES', label, refusal)
    }
    const refusal = {
      entry,
      expected: 'each name once',
      got: `a ${kind ?? 'folder'} where a ${present.kind} is`,
    }
    throw archiveError('ARCHIVE_DUPLICATE', label, refusal)
  }
}

/** Finds a name in a folder, whichever way upper and lower case are written. */
export function childOf(parent: TreeNode, name: string): TreeNode | undefined {
  const child = parent.children.get(folded(name))
  return child?.name === name ? child : undefined
}

/** Writes the path of a node below `base`, or below the top without one. */
export function pathOf(at: TreeNode, base?: TreeNode): string {
  const names: string[] = []
  for (let step = at; step.parent && step !== base; step = step.parent) names.unshift(step.name)
  return names.join('/')
}

function node(name: string, parent: TreeNode | undefined, added: NewNode): TreeNode {
  return {name, parent, ...added, children: new Map()}
}

/** Equal for names that some file system takes for one: upper case first, so that it unfolds as "ss" does. */
function folded(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}
