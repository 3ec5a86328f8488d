import {posix} from 'node:path'
import {ProsodyModsError} from '../../src/errors.ts'

/** As Linux does (path_resolution(7), MAXSYMLINKS). */
const maxHops = 40

/**
 * Follows each symbolic link of a tree to its end: link path → path of the file or folder, both relative
 * to the tree's root. Throws where a link leaves the tree or leads nowhere.
 * @param links link path → target as the link has it
 */
export function resolveLinks(
  links: ReadonlyMap<string, string>,
  files: readonly string[],
): Readonly<Record<string, string>> {
  const places = new Set(files.flatMap(withFolders))
  const resolved = [...links.keys()].map((link): [string, string] => {
    const end = follow(link, links)
    if (places.has(end)) return [link, end]
    throw new ProsodyModsError(
      'ARCHIVE_LINK_BROKEN',
      `link ${link} leads to ${end}, which is not in the tree`,
    )
  })
  return Object.fromEntries(resolved)
}

function follow(link: string, links: ReadonlyMap<string, string>): string {
  let path = link
  for (let hops = 0; hops < maxHops; hops++) {
    const hop = withFolders(path).find((part) => links.has(part))
    if (hop === undefined) return path
    const to = links.get(hop) ?? ''
    path = posix.join(posix.dirname(hop), to, path.slice(hop.length)).replace(/\/$/, '')
    if (posix.isAbsolute(to) || path === '.' || /^\.\.(?:\/|$)/.test(path)) {
      throw new ProsodyModsError('ARCHIVE_LINK_ESCAPES', `link ${link} leaves the tree: its target is ${to}`)
    }
  }
  throw new ProsodyModsError('ARCHIVE_LINK_BROKEN', `link ${link} leads in a circle`)
}

/** a/b/c → a, a/b, a/b/c */
function withFolders(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
