import {archiveError} from '../../compression/failures.ts'
import {tooManyEntries} from './limits.ts'
import {pathOf, type TreeNode} from './tree.ts'

/** An archive whose links are looked at, and how far they may spread. */
export interface SpreadContext {
  readonly label: string
  /** How many files the tree may have when its folder links are followed. */
  readonly entries: number
}

/** How many links a path may lead through: as on Linux, what follows more is taken for a circle. */
export const mostHops = 40

/** What a folder holds when the folder links in it are taken for the folders that they name. */
interface Spread {
  readonly files: number
  /** Folder links inside one another. */
  readonly hops: number
}

/**
 * Finds links to folders by which a folder would hold itself, or that stand too deep in one another; without them,
 * whoever copies the tree with its folder links followed comes to an end, and soon.
 * @param ends link below root → its end
 * @throws ARCHIVE_TOO_MANY_ENTRIES for a few folders that would spread to many files
 */
export function circlesIn(
  root: TreeNode,
  ends: ReadonlyMap<TreeNode, TreeNode>,
  context: SpreadContext,
): ReadonlySet<TreeNode> {
  const known = new Map<TreeNode, Spread>()
  /** Folders that are gone through at this moment, and those that they really lie in: how often each. */
  const around = new Map<TreeNode, number>()
  const circles = new Set<TreeNode>()
  if ([...ends.values()].some((end) => end.kind === 'folder')) spreadOf(root)
  return circles

  function spreadOf(folder: TreeNode): Spread {
    const spread = known.get(folder)
    if (spread !== undefined) return spread
    step(folder, 1)
    const parts = [...folder.children.values()].map(spreadOfChild)
    step(folder, -1)
    const sum = {
      files: parts.reduce((files, part) => files + part.files, 0),
      hops: parts.reduce((most, part) => Math.max(most, part.hops), 0),
    }
    if (sum.files > context.entries) throw tooManyEntries(context.label, context.entries)
    known.set(folder, sum)
    return sum
  }

  function spreadOfChild(child: TreeNode): Spread {
    const end = ends.get(child) ?? child
    if (end.kind !== 'folder') return {files: 1, hops: 0}
    if (end === child) return spreadOf(child)
    const inside = (around.get(end) ?? 0) > 0 ? undefined : spreadOf(end)
    if (inside !== undefined && inside.hops < mostHops) return {...inside, hops: inside.hops + 1}
    circles.add(child)
    return {files: 0, hops: 0}
  }

  function step(folder: TreeNode, by: number): void {
    for (let at: TreeNode | undefined = folder; at !== undefined; at = at.parent)
      around.set(at, (around.get(at) ?? 0) + by)
  }
}

/** Makes the error of a link that leads to no file or folder of the archive. */
export function brokenLink(link: TreeNode, label: string, got: string): Error {
  const expected = `a file or folder at ${JSON.stringify(link.link?.to)}`
  return archiveError('ARCHIVE_LINK_BROKEN', label, {entry: pathOf(link), expected, got})
}
