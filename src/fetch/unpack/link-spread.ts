import {archiveError} from '../../compression/failures.ts'
import {tooManyEntries} from './limits.ts'
import {pathOf, type TreeNode} from './tree.ts'

export interface SpreadContext {
  readonly label: string
  /** Files that the tree may have when its folder links are followed. */
  readonly entries: number
}

/** As Linux does: what follows more links than this is taken for a circle. */
export const mostHops = 40

/** What a folder holds when the folder links in it are taken for the folders that they name. */
interface Spread {
  readonly files: number
  /** Folder links inside one another. */
  readonly hops: number
}

/**
 * Makes sure that whoever copies the tree with its folder links followed comes to an end, and soon.
 * @param ends every link below root → its end
 * @throws ARCHIVE_LINK_BROKEN for folders that hold themselves by way of links
 * @throws ARCHIVE_TOO_MANY_ENTRIES for a few folders that would spread to many files
 */
export function checkSpread(
  root: TreeNode,
  ends: ReadonlyMap<TreeNode, TreeNode>,
  context: SpreadContext,
): void {
  const known = new Map<TreeNode, Spread>()
  if ([...ends.values()].some((end) => end.kind === 'folder')) spreadOf(root, 0)

  function spreadOf(folder: TreeNode, hops: number): Spread {
    const spread = known.get(folder) ?? {files: 0, hops: 0}
    if (known.has(folder)) return spread
    const parts = [...folder.children.values()].map((child) => spreadOfChild(child, hops))
    const sum = {
      files: parts.reduce((files, part) => files + part.files, 0),
      hops: parts.reduce((most, part) => Math.max(most, part.hops), 0),
    }
    if (sum.files > context.entries) throw tooManyEntries(context.label, context.entries)
    known.set(folder, sum)
    return sum
  }

  function spreadOfChild(child: TreeNode, hops: number): Spread {
    const end = ends.get(child) ?? child
    if (end.kind !== 'folder') return {files: 1, hops: 0}
    const step = end === child ? 0 : 1
    if (hops + step <= mostHops) {
      const {files, hops: inside} = spreadOf(end, hops + step)
      if (inside + step <= mostHops) return {files, hops: inside + step}
    }
    throw brokenLink(child, context.label, 'a folder that holds itself')
  }
}

export function brokenLink(link: TreeNode, label: string, got: string): Error {
  const expected = `a file or folder at ${JSON.stringify(link.link?.target)}`
  return archiveError('ARCHIVE_LINK_BROKEN', label, {entry: pathOf(link), expected, got})
}
