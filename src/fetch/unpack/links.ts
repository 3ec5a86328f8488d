import {ProsodyModsError} from '../../errors.ts'
import {archiveError} from '../../compression/failures.ts'
import type {Barred} from '../../sources/types.ts'
import {brokenLink, circlesIn, mostHops, type SpreadContext} from './link-spread.ts'
import {linkParts, type PathContext} from './paths.ts'
import {childOf, pathOf, type NameTree, type TreeNode} from './tree.ts'

/** An archive, and the folder of it in which links must stay. */
export interface LinkContext extends PathContext, SpreadContext {
  /** The components of that folder's path. */
  readonly root: readonly string[]
}

/** The names of an archive with and without the components that are dropped from the front; one tree where none are. */
export interface Trees {
  readonly whole: NameTree
  readonly stripped: NameTree
  readonly strip: number
}

/** Where a link ends. */
interface End {
  readonly node: TreeNode
  /** Links followed on the way. */
  readonly hops: number
}

/** Where the links of an archive lead. */
export interface ResolvedLinks {
  /** The file or folder that each link leads to, both relative to the root. */
  readonly links: ReadonlyMap<string, string>
  /** Symbolic links that lead out of the root, to nothing or into themselves, relative to the root. */
  readonly barred: ReadonlyMap<string, Barred>
}

/**
 * Follows every link below the root to its end; to be called when the whole tree is known.
 * @throws ARCHIVE_LINK_ESCAPES, ARCHIVE_LINK_BROKEN of hard links, and what `circlesIn` throws
 */
export function resolveLinks(trees: Trees, context: LinkContext): ResolvedLinks {
  const root = trees.stripped.find(context.root)
  const links = new Map<string, string>()
  const barred = new Map<string, Barred>()
  if (root?.kind !== 'folder') return {links, barred}
  const resolver = new Resolver(trees, root, context)
  const bar = (link: TreeNode, why: 'escapes' | 'broken'): unknown =>
    barred.set(pathOf(link, root), {why, to: link.link?.to ?? '', isPublished: true})
  const ends = new Map<TreeNode, TreeNode>()
  for (const link of linksBelow(root)) {
    const end = endOf(link, resolver)
    if (typeof end === 'string') bar(link, end)
    else ends.set(link, end)
  }
  for (const link of circlesIn(root, ends, context)) {
    ends.delete(link)
    bar(link, 'broken')
  }
  for (const [link, end] of ends) links.set(pathOf(link, root), pathOf(end, root))
  return {links, barred}
}

/** Where a link ends, or why it can't be followed. */
function endOf(link: TreeNode, resolver: Resolver): TreeNode | 'escapes' | 'broken' {
  try {
    return resolver.follow(link, 1).node
  } catch (error) {
    if (link.link?.kind === 'hard' || !(error instanceof ProsodyModsError)) throw error
    if (error.code === 'ARCHIVE_LINK_ESCAPES') return 'escapes'
    if (error.code === 'ARCHIVE_LINK_BROKEN') return 'broken'
    throw error
  }
}

function* linksBelow(at: TreeNode): Generator<TreeNode> {
  for (const child of at.children.values()) {
    if (child.link) yield child
    yield* linksBelow(child)
  }
}

class Resolver {
  readonly #trees: Trees
  readonly #root: TreeNode
  readonly #context: LinkContext
  readonly #ends = new Map<TreeNode, End>()

  constructor(trees: Trees, root: TreeNode, context: LinkContext) {
    this.#trees = trees
    this.#root = root
    this.#context = context
  }

  /** @param depth links that are being followed at this moment, this one included */
  follow(node: TreeNode, depth: number): End {
    if (!node.link) return {node, hops: 0}
    const known = this.#ends.get(node)
    if (known) return known
    if (depth > mostHops)
      throw brokenLink(node, this.#context.label, 'a circle, or a chain of too many links')
    const end = node.link.kind === 'hard' ? this.#followHard(node, depth) : this.#followSymbolic(node, depth)
    if (end.hops > mostHops) throw brokenLink(node, this.#context.label, 'a chain of too many links')
    this.#ends.set(node, end)
    return end
  }

  #followHard(link: TreeNode, depth: number): End {
    const {whole, stripped, strip} = this.#trees
    const {root, label} = this.#context
    const parts = this.#partsOf(link)
    const path = parts.slice(strip)
    const isBelowRoot = path.length > root.length && root.every((name, index) => path[index] === name)
    if (parts.includes('..') || !isBelowRoot) throw this.#escapes(link)
    const found = whole.find(parts) && stripped.find(path)
    if (!found || found.kind === 'folder') throw brokenLink(link, label, found ? 'a folder' : 'nothing there')
    const {node, hops} = this.follow(found, depth + 1)
    return {node, hops: hops + 1}
  }

  #followSymbolic(link: TreeNode, depth: number): End {
    const parts = this.#partsOf(link)
    this.#checkAsText(link, parts)
    let node = link.parent ?? this.#root
    let hops = 1
    for (const part of parts) {
      const end = this.follow(this.#step(link, node, part), depth + 1)
      node = end.node
      hops += end.hops
    }
    return {node, hops}
  }

  #partsOf(link: TreeNode): readonly string[] {
    const to = link.link?.to ?? ''
    return linkParts(to, pathOf(link), this.#context).filter((part) => part !== '' && part !== '.')
  }

  /** What leaves the root even as text is an escape, whether something is there or not. */
  #checkAsText(link: TreeNode, parts: readonly string[]): void {
    let level = pathOf(link, this.#root).split('/').length - 1
    for (const part of parts) {
      level += part === '..' ? -1 : 1
      if (level < 0) throw this.#escapes(link)
    }
  }

  #step(link: TreeNode, from: TreeNode, part: string): TreeNode {
    if (part === '..' && from === this.#root) throw this.#escapes(link)
    const next = part === '..' && from.kind === 'folder' ? from.parent : childOf(from, part)
    if (next) return next
    const got =
      from.kind === 'folder' ? `no ${JSON.stringify(part)}` : `a file at ${JSON.stringify(pathOf(from))}`
    throw brokenLink(link, this.#context.label, got)
  }

  #escapes(link: TreeNode): Error {
    const {label, root} = this.#context
    const expected =
      root.length === 0 ? 'a target in the archive' : `a target below ${JSON.stringify(root.join('/'))}`
    const got = JSON.stringify(link.link?.to)
    return archiveError('ARCHIVE_LINK_ESCAPES', label, {entry: pathOf(link), expected, got})
  }
}
