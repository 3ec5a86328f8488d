import type {Registry} from '../../registry/registry.ts'
import type {RegistrySource} from '../../registry/types.ts'
import {inMercurial, onGithub} from '../../sources/repository.ts'
import {isMercurial, type RepositoryPlace} from '../../recipe/place.ts'
import {withSlashes} from '../../recipe/follow/unknown-words.ts'
import {schemes} from '../../versioning/index.ts'

/** Finds the source of the registry that a place is in; undefined for other repositories. */
export function knownSource(
  {vcs, repository}: Pick<RepositoryPlace, 'vcs' | 'repository'>,
  registry: Registry,
): RegistrySource | undefined {
  const isGithub = repository.startsWith('github.com/')
  return registry.index.sources
    .flatMap((id) => registry.source(id) ?? [])
    .find((source) => {
      const github = onGithub(source)?.repository.toLowerCase()
      if (github !== undefined) return isGithub && repository === `github.com/${github}`
      const mercurial = inMercurial(source)?.repository
      return isMercurial({vcs}) && mercurial !== undefined && isSame(repository, mercurial)
    })
}

/** The community's modules have had other addresses, which people's files still name. */
const former: ReadonlySet<string> = new Set([
  'prosody-modules.googlecode.com',
  'code.google.com/p/prosody-modules',
  'hg.prosody.im/prosody-modules',
])

/**
 * Says where the modules of the community are that had repositories of their own on GitHub, one each, which are gone. Which
 * revision one of their commits was nobody knows any more.
 */
export function formerPlace(place: RepositoryPlace): RepositoryPlace {
  const [, module] = /^github\.com\/prosody-modules\/(mod_[a-z0-9_]+)$/.exec(place.repository) ?? []
  if (module === undefined) return place
  const path = [module, place.path].filter((part) => part !== '').join('/')
  const at = 'hg.prosody.im/prosody-modules'
  return {...place, vcs: 'hg', repository: at, written: at, ref: undefined, path}
}

function isSame(repository: string, address: string): boolean {
  const plain = address.replace(/^https?:\/\//, '').toLowerCase()
  return repository === plain || (plain === 'hg.prosody.im/prosody-modules' && former.has(repository))
}

/** What a reference in a URL says of the version. */
export interface ReadVersion {
  readonly version: string | undefined
  /** What is worth knowing of it, for people. */
  readonly note: string | undefined
  /** Why it names no version, though it names something; undefined for most. */
  readonly wrong?: string
}

/** Reads what an input has as tag, branch or revision of a source. */
export function versionIn(
  {id, scheme}: Pick<RegistrySource, 'id' | 'scheme'>,
  ref: string | undefined,
  unknown: readonly string[],
): ReadVersion {
  const [first] = unknown
  if (first !== undefined && (ref === undefined || unknown.some((one) => ref.includes(one))))
    return {
      version: undefined,
      note: `which version of ${id} ${shorten(withSlashes(first))} stands for is not said, so the newest that is known is taken`,
    }
  if (ref?.includes('$') === true)
    return {
      version: undefined,
      note: `which version of ${id} ${shorten(withSlashes(ref))} stands for is not said, so the newest that is known is taken`,
    }
  if (ref === undefined || moving.has(ref))
    return {
      version: undefined,
      note: `no version of ${id} was pinned${ref === undefined ? '' : ` (${ref})`}, so the newest that is known is taken`,
    }
  const isRevision = /^[0-9a-f]{7,40}$/.test(ref)
  if (isRevision || schemes[scheme].parse(ref) !== undefined) {
    if (isRevision) return {version: scheme === 'calendar' ? ref.slice(0, 12) : ref, note: undefined}
    return {version: schemes[scheme].parse(ref)?.text ?? ref, note: undefined}
  }
  return {version: undefined, note: undefined, wrong: `${JSON.stringify(ref)} is no version of ${id}`}
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text
}

const moving: ReadonlySet<string> = new Set(['tip', 'default', 'master', 'main', 'HEAD', 'trunk', 'latest'])
