import {bareName, isPrefixed} from '../../module-name.ts'
import {inMercurial, onGithub} from '../../sources/repository.ts'
import {addressOf} from './place.ts'
import {unversionedNote, type Address} from './types.ts'
import type {AddressWorld} from './world.ts'

/**
 * Says what an address of the Mercurial repository of a source names, as hgweb has them.
 * @param isModule whether a file stands for its module, and never for itself
 */
export function mercurialAddress(url: URL, world: AddressWorld, isModule: boolean): Address | undefined {
  for (const source of world.sources) {
    const repository = inMercurial(source)?.repository
    const rest = repository === undefined ? undefined : restBelow(url, repository)
    if (rest === undefined) continue
    const [, view = '', ref, path = ''] = /^([a-z-]+)\/([^/]+)(?:\/(.*))?$/.exec(rest) ?? []
    const revision = ref?.replace(/\.(?:tar\.(?:gz|bz2)|zip)$/, '')
    const isFile = !isModule && ['raw-file', 'archive'].includes(view)
    return addressOf({source, ref: revision, path, isFile}, world)
  }
  return undefined
}

/** Says what a page about a module names at the home of its source (`/mod_x.html`). */
export function homeAddress(url: URL, world: AddressWorld): Address | undefined {
  for (const source of world.sources) {
    const {id} = source
    if (onGithub(source) !== undefined || !('homepage' in source)) continue
    const rest = restBelow(url, source.homepage)
    if (rest === undefined) continue
    const rock = /^rocks\/mod_([a-z0-9_]+)-\d/.exec(rest)?.[1]
    if (rock !== undefined) {
      return {
        kind: 'other',
        about: 'it is a rock, whose number says nothing of a revision',
        hint: `the module itself is ${id}/${rock}; "prosody-mods versions ${id}/${rock}" lists its versions`,
      }
    }
    const page = rest.replace(/\.html$/, '')
    if (isPrefixed(page) && /^[a-z0-9][a-z0-9_-]*$/.test(bareName(page)))
      return {kind: 'spec', text: `${id}/${bareName(page)}`, note: unversionedNote}
    return {
      kind: 'other',
      about: `it is the home of ${id}, and no module`,
      hint: '"prosody-mods search <word>" finds modules by what they do',
    }
  }
  return undefined
}

/** Says what other pages name that are about modules, libraries and protocols. */
export function otherAddress({hostname, pathname}: URL, world: AddressWorld): Address | undefined {
  const core = /^\/doc\/modules\/mod_([a-z0-9_]+)(?:\.html)?$/.exec(pathname)?.[1]
  if (hostname === 'prosody.im' && core !== undefined) return {kind: 'spec', text: core}
  const xep = /^\/extensions\/xep-(\d{4})\.html$/.exec(pathname)?.[1]
  if (hostname === 'xmpp.org' && xep !== undefined) {
    return {
      kind: 'other',
      about: 'it is a protocol',
      hint: `"prosody-mods search --xep ${xep}" finds modules that are about it`,
    }
  }
  const rock = /^\/modules\/[^/]+\/([^/]+)/.exec(pathname)?.[1]
  return hostname === 'luarocks.org' && rock !== undefined ? rockAddress(rock, world) : undefined
}

function rockAddress(rock: string, world: AddressWorld): Address {
  const name = bareName(rock)
  if (!isPrefixed(rock) || !/^[a-z0-9_]+$/.test(name)) {
    return {
      kind: 'other',
      about: `the rock ${rock} is a Lua library, and no module of Prosody`,
      hint: '"prosody-mods deps" says which libraries the modules need, and what brings them',
    }
  }
  const known = world.publishers(name).map((id) => `${id}/${name}`)
  return {
    kind: 'other',
    about: 'rocks of luarocks.org are not taken: who has put one there is often not who made the module',
    hint:
      known.length === 0
        ? `a module is taken from its repository, declared as a source; "prosody-mods search ${name}" finds others`
        : `a module of this name is known: ${known.join(' or ')}`,
  }
}

/** What stands behind a base in a URL, whichever of http and https both have; undefined for another place. */
function restBelow({host, pathname}: URL, base: string): string | undefined {
  const other = new URL(base)
  const path = other.pathname.replace(/\/$/, '')
  const isBelow = host === other.host && (pathname === path || pathname.startsWith(`${path}/`))
  return isBelow ? pathname.slice(path.length).replace(/^\/+|\/+$/g, '') : undefined
}
