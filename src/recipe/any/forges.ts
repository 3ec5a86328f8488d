import type {Origin, RepositoryOrigin} from '../origin.ts'
import type {Address} from './address.ts'
import {decoded} from './address.ts'

/** A form of address: repository, ref and path are the groups of these names. */
interface Form {
  readonly host?: RegExp
  readonly path: RegExp
  /** Where the repository is cloned from, where that is another site. */
  readonly site?: string
}

const repository = String.raw`(?<repository>[^/]+\/[^/]+?)(?:\.git)?`
/** With the folder in it that go-getter is told behind two slashes. */
const archive = String.raw`(?<ref>.+?)\.(?:zip|tar\.gz|tar\.bz2|tgz)(?:\/\/(?<inside>.+?))?`
const github = {host: /^(?:www\.)?github\.com$/, site: 'https://github.com'}

/** The addresses of files, folders and archives of git repositories. */
const forms: readonly Form[] = [
  {...github, host: /^raw\.github(?:usercontent)?\.com$/, path: path(`${repository}/(?<below>.+)`)},
  {
    ...github,
    host: /^codeload\.github\.com$/,
    path: path(`${repository}/(?:legacy\\.)?(?:zip|tar\\.gz)/(?<ref>.+)`),
  },
  {...github, host: /^api\.github\.com$/, path: path(`repos/${repository}/(?:zip|tar)ball(?:/(?<ref>.+))?`)},
  {...github, path: path(`${repository}/archive/${archive}`)},
  {...github, path: path(`${repository}/(?:zip|tar)ball/(?<ref>.+)`)},
  {...github, path: path(`${repository}/(?:raw|blob|tree|blame)/(?<below>.+)`)},
  {...github, path: path(`${repository}/(?:commit|releases/tag)/(?<ref>.+)`)},
  {...github, path: path(repository)},
  {
    ...github,
    host: /^cdn\.jsdelivr\.net$/,
    path: path('gh/(?<repository>[^/]+/[^/@]+)@(?<ref>[^/]+)/(?<inside>.+)'),
  },
  {path: path(`(?<repository>[^/]+/.+?)/-/archive/(?<ref>[^/]+)/[^/]+`)},
  {path: path(`(?<repository>[^/]+/.+?)/-/(?:raw|blob|tree|blame|commits?)/(?<below>.+)`)},
  {path: path(`${repository}/(?:raw|src|media)/(?:branch|commit|tag)/(?<below>.+)`)},
  {path: path(`${repository}/(?:raw|src)/(?<below>[0-9a-f]{7,40}/.+)`)},
  {path: path(`${repository}/archive/${archive}`)},
  {host: /^(?:www\.)?(?:gitlab\.com|codeberg\.org|git\.sr\.ht)$/, path: path(repository)},
]

function path(source: string): RegExp {
  return new RegExp(`^/${source}/?$`)
}

/** Reads the addresses of GitHub, GitLab, Gitea and Forgejo; undefined for others. */
export function fromGitForge(address: Address): Origin | undefined {
  for (const form of forms) {
    if (form.host !== undefined && !form.host.test(address.host)) continue
    const groups = form.path.exec(address.path)?.groups
    if (groups !== undefined) return repositoryOf(form.site ?? address.site, groups)
  }
  return undefined
}

function repositoryOf(site: string, groups: Readonly<Record<string, string | undefined>>): RepositoryOrigin {
  const {repository: name = '', below, inside = ''} = groups
  const [ref, at] = below === undefined ? [groups['ref'], inside] : refAndPath(below)
  const url = `${site}/${name.replace(/\.git$/, '')}`
  return {kind: 'repository', vcs: 'git', url, ref: ref === undefined ? ref : bareRef(decoded(ref)), path: at}
}

/** A ref that has a `/` can't be told from the path behind it: of those that are in use Jitsi's tags are known. */
function refAndPath(text: string): readonly [ref: string, path: string] {
  const found = /^(refs\/(?:heads|tags)\/)?((?:stable\/(?:jitsi-meet_)?)?[^/]+)(?:\/(.*))?$/.exec(text)
  return [found?.[2] ?? text, (found?.[3] ?? '').replace(/\/$/, '')]
}

function bareRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, '')
}
