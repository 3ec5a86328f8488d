import {bareName, isPrefixed} from '../../module-name.ts'
import type {Origin, RepositoryOrigin} from '../origin.ts'

/** Names of repositories of modules, wherever they are: `prosody-modules`, `prosody-plugins`, `prosody-mod-x`. */
const named = /prosody[-_.]?(?:[a-z]{1,20}[-_.])?(?:modules?|plugins?|mods?)(?=$|[-_./])/i

/** What an archive's or a module's file ends with. */
const file = /\.(?:zip|tgz|tar\.[a-z0-9]+|lua)$/

/** Packages of Debian that hold modules. */
const packages = new Set(['jitsi-meet-prosody', 'prosody-modules'])

/** Jitsi's application: its modules are in one folder of it. */
const jitsi = {repository: /^https:\/\/github\.com\/jitsi\/jitsi-meet$/, folder: 'resources/prosody-plugins'}

/** Where pages tell of modules and hold none. */
const pages =
  /^https?:\/\/(?:www\.)?prosody\.im\/|\/(?:issues|pull|pulls|wiki|discussions|merge_requests)(?:\/|$)/

/**
 * Tells whether something is about modules of Prosody:
 * - a rock, or a module that is named;
 * - a package that holds modules;
 * - Jitsi's application at a release, or its folder of modules;
 * - a repository whose name says so;
 * - a URL that has a file `mod_<name>.lua` or a folder `mod_<name>` in its path, or lies in such a repository.
 */
export function isAboutModules(origin: Origin): boolean {
  switch (origin.kind) {
    case 'rock':
    case 'module':
      return true
    case 'package':
      return packages.has(origin.name)
    case 'repository':
      return !pages.test(origin.url) && isRepositoryOfModules(origin)
    case 'url':
      return isUrlOfModules(origin.url)
    case 'member':
      return isUrlOfModules(origin.archive) || hasModule(origin.path)
  }
}

function isRepositoryOfModules({url, ref, path}: RepositoryOrigin): boolean {
  if (jitsi.repository.test(url.replace(/\.git$/, ''))) {
    return path.startsWith(jitsi.folder) || (path === '' && ref !== undefined)
  }
  return hasModule(path) || named.test(withoutScheme(url)) || hasModule(url)
}

function isUrlOfModules(url: string): boolean {
  if (pages.test(url)) return false
  const path = withoutScheme(url)
  return (
    (named.test(path) && file.test(path)) ||
    hasModule(path) ||
    /^download\.jitsi\.org\/jitsi-meet\/src\/./.test(path)
  )
}

function hasModule(path: string): boolean {
  return path.split(/[/?#&=]/).some((part) => isPrefixed(part) && bareName(part) !== '')
}

function withoutScheme(url: string): string {
  return url.slice(url.indexOf('://') + '://'.length)
}
