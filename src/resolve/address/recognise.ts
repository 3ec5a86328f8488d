import {onGithub} from '../../sources/repository.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {Registry} from '../../registry/registry.ts'
import {parseSpec, type Spec} from '../spec.ts'
import {githubAddress} from './github.ts'
import {homeAddress, mercurialAddress, otherAddress} from './pages.ts'
import type {Address} from './types.ts'

/**
 * Reads what a user has typed as a module, a path or a URL; addresses of pages and repositories that the registry knows are
 * read as the modules that they are about. Throws SPEC_INVALID, details {spec, reason}.
 */
export function readSpec(text: string, registry: Registry): Spec {
  return parseSpec(specText(text, registry))
}

/** Returns the spec that an address stands for; any other text as it is. Throws SPEC_INVALID, details {spec, reason}. */
export function specText(text: string, registry: Registry): string {
  return textOf(recognise(text, registry), text)
}

/** Returns what `specText` does, and of a file that could be fetched by itself the module that it belongs to. Throws as that. */
export function moduleText(text: string, registry: Registry): string {
  return textOf(recognise(text, registry, true), text)
}

/** Returns what `moduleText` does, whatever version of the module an address has. Throws as that. */
export function nameText(text: string, registry: Registry): string {
  const meant = moduleText(text, registry)
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
export function addressNotes(text: string, registry: Registry): string[] {
  const address = recognise(text, registry)
  if (address?.kind !== 'spec') return []
  const note = address.note === undefined ? '' : `: ${address.note}`
  return [`${shownAddress(text)} is ${address.text}${note}`]
}

/**
 * An address with a digest is of exactly one file, and taken as that.
 * @param isModule whether a file stands for its module, and never for itself
 */
function recognise(text: string, registry: Registry, isModule = false): Address | undefined {
  const url = urlOf(text, registry)
  if (url === undefined || url.hash.startsWith('#sha256=') || url.username !== '') return undefined
  // Lines that are marked, and how a page is shown.
  url.hash = ''
  url.search = ''
  return (
    githubAddress(url, registry, isModule) ??
    mercurialAddress(url, registry, isModule) ??
    homeAddress(url, registry) ??
    otherAddress(url, registry)
  )
}

function shownAddress(text: string): string {
  return text.replace(/[?#].*/, '')
}

/** Of what Git, npm and others write for a repository, too. */
function urlOf(text: string, registry: Registry): URL | undefined {
  const ssh = /^(?:ssh:\/\/)?git@github\.com[:/](.+)$/.exec(text)?.[1]
  const short = /^(?:github:|gh:)([\w.-]+\/[\w.-]+?)(?:[#@](.+))?$/.exec(text)
  const bare = /^[\w.-]+\/[\w.-]+$/.test(text) && isRepository(text, registry) ? text : undefined
  const path =
    ssh ??
    bare ??
    (short === null ? undefined : `${short[1] ?? ''}${short[2] === undefined ? '' : `/tree/${short[2]}`}`)
  const plain =
    path === undefined ? text.replace(/^(?:git|hg)\+(?=https?:)/i, '') : `https://github.com/${path}`
  return /^https?:\/\//i.test(plain) && URL.canParse(plain) ? new URL(plain) : undefined
}

function isRepository(text: string, registry: Registry): boolean {
  return registry.index.sources.some((id) => onGithub(registry.source(id))?.repository === text)
}
