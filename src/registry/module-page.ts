import type {RegistryRelease, RegistrySource} from './types.ts'

/** Where the main file of a module lies in a release. */
export interface ModulePlace {
  readonly release: Pick<RegistryRelease, 'revision' | 'tag'>
  /** The main file's path in the release. */
  readonly path: string
}

/**
 * Returns the address where people read about a module: its publisher's page on it, or its folder or file in the
 * publisher's repository; null where there is neither.
 * @param place undefined where no release is known
 */
export function modulePage(
  source: RegistrySource,
  name: string,
  place: ModulePlace | undefined,
): string | null {
  if (source.kind === 'hg' && source.modulePage !== undefined)
    return source.modulePage.replace('{name}', name)
  if (place === undefined) return null
  const {release, path} = place
  if (source.kind === 'hg') return `${source.repository}/file/${release.revision}/${path}`
  if (source.kind !== 'github') return null
  const {repository, folder, layout} = source
  const at = release.tag ?? release.revision
  const own = layout === 'flat' ? path : path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const below = [folder, own].filter((part) => part !== '').join('/')
  return `https://github.com/${repository}/${layout === 'flat' ? 'blob' : 'tree'}/${at}/${below}`
}
