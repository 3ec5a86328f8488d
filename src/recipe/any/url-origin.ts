import type {Origin} from '../origin.ts'
import type {Address} from './address.ts'
import {decoded, hideVariables, readAddress} from './address.ts'
import {fromGitForge} from './forges.ts'

/** By what a URL is of, the most particular first. */
const readers: readonly ((address: Address) => Origin | undefined)[] = [
  fromModulePage,
  fromRock,
  fromDebian,
  fromGetter,
  fromHgweb,
  fromGitForge,
  fromRepository,
]

/**
 * Tells what a URL is of: a file or all of a repository by the forms of hgweb, GitHub, GitLab, Gitea and go-getter, a rock,
 * a package of Debian, a module's page; else its bytes. Variables that stand in it stay as they are.
 * @param vcs what stands around it says
 */
export function originOf(url: string, vcs?: 'git' | 'hg'): Origin {
  const [hidden, show] = hideVariables(url)
  const address = readAddress(hidden, vcs)
  const read = readers.map((reader) => (address === undefined ? undefined : reader(address)))
  const origin = read.find((found) => found !== undefined)
  return origin === undefined ? {kind: 'url', url} : shown(origin, show)
}

function shown(origin: Origin, show: (text: string) => string): Origin {
  const pairs = Object.entries(origin as object).map(([key, value]: readonly [string, unknown]) => [
    key,
    typeof value === 'string' ? show(value) : value,
  ])
  return Object.fromEntries(pairs) as Origin
}

function fromModulePage({host, path}: Address): Origin | undefined {
  if (host !== 'modules.prosody.im') return undefined
  const name = /^\/mod_([a-z0-9_]+)(?:\.html)?\/?$/.exec(path)?.[1]
  return name === undefined ? undefined : {kind: 'module', name}
}

/** `name-version-revision.src.rock`, its rockspec, and its page on luarocks.org. */
function fromRock({host, path, site}: Address): Origin | undefined {
  const file = /^(.*)\/([^/]+?)-([^/-]+-\d+)\.(?:(?:src|all)\.rock|rockspec)$/.exec(path)
  const [, folder = '', name, version] = file ?? []
  if (name !== undefined) {
    const isUsual = /(?:^|\.)luarocks\.org$/.test(host) && (folder === '' || folder === '/manifests')
    const server = isUsual ? undefined : site + folder
    return host.includes('raw') || host === 'github.com' ? undefined : {kind: 'rock', name, version, server}
  }
  if (host !== 'luarocks.org') return undefined
  const [, , page, at] = /^\/modules\/([^/]+)\/([^/]+)(?:\/([^/]+))?\/?$/.exec(path) ?? []
  return page === undefined ? undefined : {kind: 'rock', name: page, version: at, server: undefined}
}

function fromDebian({path}: Address): Origin | undefined {
  const [, name, version] = /\/([a-z0-9][a-z0-9.+-]*)_([^/_]+)_[a-z0-9-]+\.deb$/.exec(path) ?? []
  return name === undefined ? undefined : {kind: 'package', name, version: decoded(version ?? ''), path: ''}
}

/** `…//folder?ref=…`: a repository that go-getter fetches; `…@ref` of pip, `…?rev=…` of Nix, `…#revision=…` of makepkg. */
function fromGetter({url, vcs, site, path, query, fragment}: Address): Origin | undefined {
  const [top = '', ...below] = path.split('//')
  const ref = query.get('rev') ?? query.get('ref') ?? query.get('tag') ?? query.get('branch')
  if (ref === undefined && below.length === 0 && fragment === '' && !path.includes('@')) return undefined
  const isGetter = vcs !== undefined || (below.length > 0 && ref !== undefined)
  if (!isGetter || /\/(?:raw|archive|raw-file|-)\//.test(url)) return undefined
  const [bare = '', at] = top.split('@')
  const [, makepkg] = /^(?:revision|commit|tag|branch)=([\w./-]+)$/.exec(fragment) ?? []
  const said = ref ?? at ?? makepkg ?? (/^[\w./-]+$/.test(fragment) ? fragment : undefined)
  return {
    kind: 'repository',
    vcs: vcs ?? 'git',
    url: site + trimmed(bare),
    ref: said,
    path: plain(below.join('/')),
  }
}

const page =
  /^(.*?)\/(?:raw-file|raw-rev|file|annotate|rev|changeset|log|shortlog|archive)(?:\/|$)([^/]*)(?:\/(.*))?$/

/** hgweb: a file, a folder's page, a changeset or an archive of a Mercurial repository. */
function fromHgweb({host, site, path, vcs}: Address): Origin | undefined {
  const isHgweb = /(?:^|\.)hg\./.test(host) || /\/raw-file(?:\/|$)/.test(path) || vcs === 'hg'
  const old = /^(?:([^.]+)\.googlecode\.com)$/.exec(host)
  if (old !== null) return fromGoogleCode(site, path)
  if (!isHgweb) return undefined
  const [, repository = trimmed(path), ref = '', below = ''] = page.exec(path) ?? []
  const revision = decoded(ref.replace(/\.(?:zip|tar\.(?:gz|bz2))$/, ''))
  const at = revision === '' ? undefined : revision
  return {kind: 'repository', vcs: 'hg', url: site + repository, ref: at, path: plain(below)}
}

/** `/hg-history/<revision>/<path>` and `/hg/<path>`. */
function fromGoogleCode(site: string, path: string): Origin | undefined {
  const [, ref, below = ''] = /^\/hg(?:-history\/([^/]+))?\/(.*)$/.exec(path) ?? []
  return {kind: 'repository', vcs: 'hg', url: `${site}/hg`, ref, path: plain(below)}
}

/** What is cloned, by what stands around it or at its end. */
function fromRepository({vcs, site, path}: Address): Origin | undefined {
  if (vcs === undefined) return undefined
  return {kind: 'repository', vcs, url: site + trimmed(path), ref: undefined, path: ''}
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** A path below a repository's top, without what stands at its ends. */
function plain(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .join('/')
}
