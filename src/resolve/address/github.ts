import {rawOf, repositoryOf} from '../../sources/forge-pages.ts'
import {onGithub} from '../../sources/repository.ts'
import {addressOf} from './place.ts'
import type {Address} from './types.ts'
import type {AddressSource, AddressWorld} from './world.ts'

type GithubSource = Extract<AddressSource, {kind: 'github'}>

/**
 * Says what an address on GitHub names; undefined for others, and for files of repositories that are not known.
 * @param isModule whether a file stands for its module, and never for itself
 */
export function githubAddress(url: URL, world: AddressWorld, isModule: boolean): Address | undefined {
  const place = placeOn(url)
  if (place === undefined) return undefined
  const found = world.sources
    .flatMap((one) => onGithub(one) ?? [])
    .filter(({repository}) => repository.toLowerCase() === place.repository.toLowerCase())
    .map((source) => insideOf(source, place.rest, world))
  // Several may be declared of one repository, a folder each.
  const at = found.find(({inside}) => inside !== undefined) ?? found[0]
  if (at === undefined) return unknownRepository(url)
  const {source, ref, path, inside} = at
  const {folder} = source
  // Whoever shows the whole repository means its modules.
  const isAbove = inside === undefined && (path === '' || `${folder}/`.startsWith(`${path}/`))
  if (inside === undefined && !isAbove)
    return {
      kind: 'other',
      about: `${path} lies outside of ${folder}, where the modules of ${source.id} are`,
      hint: `name a module: ${source.id}/<module>`,
    }
  return addressOf({source, ref, path: inside ?? '', isFile: place.isFile && !isModule}, world)
}

interface Inside {
  readonly source: GithubSource
  readonly ref: string | undefined
  readonly path: string
  /** The path from the source's folder; undefined outside of it. */
  readonly inside: string | undefined
}

function insideOf(source: GithubSource, rest: string, world: AddressWorld): Inside {
  const {ref, path} = apart(rest, source, world)
  const {folder} = source
  const inside = folder === '' || path === folder ? path.slice(folder.length) : below(path, folder)
  return {source, ref, path, inside}
}

interface Found {
  readonly repository: string
  /** Ref and path in one, since both may have slashes. */
  readonly rest: string
  readonly isFile: boolean
}

const pages = /^(?:tree|blob|blame|edit|commits|commit|releases\/tag)\/(.+)$/
/** Of the whole repository. */
const lists = /^(?:releases|tags|branches|commits|archive)$/
const files = /^(?:raw|archive)\/(.+?)(?:\.tar\.gz|\.zip)?$/

function placeOn({hostname, pathname}: URL): Found | undefined {
  const path = decoded(pathname).replace(/\/+$/, '')
  const [, owner = '', name = '', rest = ''] = /^\/([^/]+)\/([^/]+?)(?:\.git)?(?:\/(.+))?$/.exec(path) ?? []
  if (owner === '' || name === '') return undefined
  const repository = `${owner}/${name}`
  if (hostname === 'raw.githubusercontent.com') return {repository, rest, isFile: true}
  if (!/^(?:www\.)?github\.com$/.test(hostname)) return undefined
  const file = files.exec(rest)?.[1]
  if (file !== undefined) return {repository, rest: file, isFile: true}
  const page = rest === '' || lists.test(rest) ? '' : pages.exec(rest)?.[1]
  return page === undefined ? undefined : {repository, rest: page, isFile: false}
}

/** What is no percent-encoding stands for itself. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}

/** Takes a ref and a path apart where a tag may have slashes: by the source's folder, and by the tags that are known. */
function apart(
  rest: string,
  {id, folder}: GithubSource,
  world: AddressWorld,
): {readonly ref: string | undefined; readonly path: string} {
  const text = rest.replace(/^refs\/(?:tags|heads)\//, '')
  if (text === '') return {ref: undefined, path: ''}
  const at = folder === '' ? -1 : `${text}/`.indexOf(`/${folder}/`)
  if (at > 0) return {ref: text.slice(0, at), path: text.slice(at + 1)}
  const tag = world.tagsOf(id).find((one) => text === one || text.startsWith(`${one}/`))
  const ref = tag ?? /^stable\/[^/]+/.exec(text)?.[0] ?? text.split('/')[0] ?? ''
  return {ref, path: text.slice(ref.length + 1)}
}

function below(path: string, folder: string): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined
}

function unknownRepository(url: URL): Address | undefined {
  const raw = rawOf(url.href)
  if (raw !== undefined) return {kind: 'spec', text: raw}
  const declared = repositoryOf(url.href)
  if (declared === undefined) return undefined
  return {
    kind: 'other',
    about: 'it is a repository of no source that is known',
    hint: `declare it in prosody-mods.json: "sources": {"<id>": ${declared}}; then: prosody-mods add <id>/<module>`,
  }
}
