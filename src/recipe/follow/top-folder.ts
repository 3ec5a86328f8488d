import {isPattern} from './paths.ts'
import type {Thing} from './thing.ts'

/**
 * Tells whether an archive can have a name as its top folder: those of GitHub, GitLab and hgweb call it after repository and
 * revision. Of others nothing is known.
 */
export function fitsTop(thing: Thing, name: string): boolean {
  const repository = repositoryOf(thing.from)
  if (/\.(?:tar|tgz|zip|gz|bz2|xz)$/.test(name)) return false
  if (repository === undefined) return true
  const start = `${repository.toLowerCase()}-`
  const literal = name.toLowerCase().split(/[*?[$`]/)[0] ?? ''
  const isOpen = isPattern(name) || (literal !== '' && literal !== name.toLowerCase())
  return literal.startsWith(start) || (isOpen && start.startsWith(literal))
}

const archives = [
  /^https?:\/\/(?:www\.)?github\.com\/[^/]+\/([^/]+)\/archive\//i,
  /^https?:\/\/codeload\.github\.com\/[^/]+\/([^/]+)\//i,
  /^https?:\/\/[^/]+\/(?:.+\/)?([^/]+)\/archive\/[^/]+$/i,
  /^https?:\/\/[^/]+\/(?:.+\/)?([^/]+)\/-\/archive\//i,
]

function repositoryOf(url: string): string | undefined {
  for (const archive of archives) {
    const found = archive.exec(url)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}
