import type {RegistryRelease, RegistrySource} from '../registry/types.ts'
import {inMercurial, onGithub} from './repository.ts'

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
  const mercurial = inMercurial(source)
  if (mercurial?.modulePage !== undefined) return mercurial.modulePage.replace('{name}', name)
  if (place === undefined) return null
  const {release, path} = place
  if (mercurial !== undefined) return `${mercurial.repository}/file/${release.revision}/${path}`
  const github = onGithub(source)
  if (github === undefined) return null
  const {repository, folder, layout} = github
  const at = release.tag ?? release.revision
  const own = layout === 'flat' ? path : path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const below = [folder, own].filter((part) => part !== '').join('/')
  return `https://github.com/${repository}/${layout === 'flat' ? 'blob' : 'tree'}/${at}/${below}`
}
