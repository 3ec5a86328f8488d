import {redactUrl} from '../net/redact-url.ts'

/** Writes the declaration of the repository that a page of GitHub shows, or a folder of it; undefined for other pages. */
export function repositoryOf(url: string): string | undefined {
  const page = /^https:\/\/github\.com\/([^/?#]+\/[^/?#]+?)(?:\.git)?(?:\/tree\/[^/]+\/([^?#]+?))?\/?$/.exec(
    redactUrl(url),
  )
  const [, repository, folder] = page ?? []
  if (repository === undefined) return undefined
  return JSON.stringify({kind: 'github', repository, ...(folder === undefined ? {} : {folder})})
}

/** How forges name the page of a file, and the file. */
const pages: readonly (readonly [page: RegExp, raw: string])[] = [
  [
    /^https:\/\/github\.com\/([^/]+\/[^/]+)\/(?:blob|blame)\/(.+)$/,
    'https://raw.githubusercontent.com/$1/$2',
  ],
  // GitLab
  [/^(https?:\/\/[^/]+\/.+)\/-\/(?:blob|blame)\/(.+)$/, '$1/-/raw/$2'],
  // Forgejo and Gitea
  [/^(https?:\/\/[^/]+\/[^/]+\/[^/]+)\/src\/((?:branch|commit|tag)\/.+)$/, '$1/raw/$2'],
  [/^(https?:\/\/[^/]+\/[^/]+\/[^/]+)\/(?:blob|blame)\/(.+)$/, '$1/raw/$2'],
  // hgweb
  [
    /^(https?:\/\/[^/]+(?:\/.+)?)\/(?:file|annotate)\/([0-9a-f]{12,40}|tip|default)\/(.+)$/,
    '$1/raw-file/$2/$3',
  ],
]

/** Finds the address of the file that a page of a forge shows; undefined where the address is of no known shape. */
export function rawOf(url: string): string | undefined {
  const plain = redactUrl(url)
  const found = pages.find(([page]) => page.test(plain))
  return found === undefined ? undefined : plain.replace(found[0], found[1])
}
