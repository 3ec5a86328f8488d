import {onGithub} from '../../sources/repository.ts'
import {ProsodyModsError} from '../../errors.ts'
import {parseSpec, type Spec} from '../spec.ts'
import {githubAddress} from './github.ts'
import {homeAddress, mercurialAddress, otherAddress} from './pages.ts'
import type {Address} from './types.ts'
import type {AddressWorld} from './world.ts'

/**
 * Reads what a user has typed as a module, a path or a URL; addresses of pages and repositories of sources are
 * read as the modules that they are about. Throws SPEC_INVALID, details {spec, reason}.
 */
export function readSpec(text: string, world: AddressWorld): Spec {
  return parseSpec(specText(text, world))
}

/** Returns the spec that an address stands for; any other text as it is. Throws SPEC_INVALID, details {spec, reason}. */
export function specText(text: string, world: AddressWorld): string {
  return textOf(recognise(text, world), text)
}

/** Returns what `specText` does, and of a file that could be fetched by itself the module that it belongs to. Throws as that. */
export function moduleText(text: string, world: AddressWorld): string {
  return textOf(recognise(text, world, true), text)
}

/** Returns what `moduleText` does, whatever version of the module an address has. Throws as that. */
export function nameText(text: string, world: AddressWorld): string {
  const meant = moduleText(text, world)
  return meant === text || /^https?:/.test(meant) ? text : meant.replace(/@.*/, '')
}

function textOf(address: Address | undefined, text: string): string {
  if (address === undefined) return text
  if (address.kind === 'spec') return address.text
  const shown = shownAddress(text)
  throw new ProsodyModsError('SPEC_INVALID', `${shown} does not name a module: ${address.about}`, {
    hint: address.hint,
    details: {spec: shown, reason: address.about},
  })
}

/** Says which module an address stands for, and what else is worth knowing; [] for a spec that is one already. */
export function addressNotes(text: string, world: AddressWorld): string[] {
  const address = recognise(text, world)
  if (address?.kind !== 'spec') return []
  const note = address.note === undefined ? '' : `: ${address.note}`
  return [`${shownAddress(text)} is ${address.text}${note}`]
}

/**
 * An address with a digest is of exactly one file, and taken as that.
 * @param isModule whether a file stands for its module, and never for itself
 */
function recognise(text: string, world: AddressWorld, isModule = false): Address | undefined {
  const url = urlOf(text, world)
  if (url === undefined || url.hash.startsWith('#sha256=') || url.username !== '') return undefined
  // Lines that are marked, and how a page is shown.
  url.hash = ''
  url.search = ''
  return (
    githubAddress(url, world, isModule) ??
    mercurialAddress(url, world, isModule) ??
    homeAddress(url, world) ??
    otherAddress(url, world)
  )
}

function shownAddress(text: string): string {
  return text.replace(/[?#].*/, '')
}

/** Of what Git, npm and others write for a repository, too. */
function urlOf(text: string, world: AddressWorld): URL | undefined {
  const ssh = /^(?:ssh:\/\/)?git@github\.com[:/](.+)$/.exec(text)?.[1]
  const short = /^(?:github:|gh:)([\w.-]+\/[\w.-]+?)(?:[#@](.+))?$/.exec(text)
  const bare = /^[\w.-]+\/[\w.-]+$/.test(text) && isRepository(text, world) ? text : undefined
  const path =
    ssh ??
    bare ??
    (short === null ? undefined : `${short[1] ?? ''}${short[2] === undefined ? '' : `/tree/${short[2]}`}`)
  const plain =
    path === undefined ? text.replace(/^(?:git|hg)\+(?=https?:)/i, '') : `https://github.com/${path}`
  return /^https?:\/\//i.test(plain) && URL.canParse(plain) ? new URL(plain) : undefined
}

/** What is declared may have an id that is somebody's name, too. */
function isRepository(text: string, world: AddressWorld): boolean {
  return world.sources.some((one) => 'homepage' in one && onGithub(one)?.repository === text)
}
