import {bareName, isPrefixed, prefixed} from '../module-name.ts'
import {fileURLToPath} from 'node:url'
import {isSha256, type Sha256} from '../digest.ts'
import {ProsodyModsError} from '../errors.ts'
import {isDeviceName} from '../sources/device-names.ts'
import {shellWord} from '../text/shell-word.ts'
import {meantBy, type MeantSpec} from './spec-habits.ts'

/** What a user names on the command line (docs/reference/specs-and-versions.md). */
export type Spec = ModuleSpec | PathSpec | UrlSpec

/**
 * `[source/]name[@version]`. Whether a name without a source is a module or a source is the resolver's
 * question; `*` stands for all modules of `source`, which is given then.
 */
export interface ModuleSpec {
  readonly kind: 'module'
  readonly source?: string
  readonly name: string
  /** The text behind the `@`: a version, range, alias or revision, unread. */
  readonly versionText?: string
}

/** A file or folder: absolute, or beginning with `./` or `../`. */
interface PathSpec {
  readonly kind: 'path'
  readonly path: string
}

/** A file or archive under a URL: `https://…[#sha256=<digest>]`. */
interface UrlSpec {
  readonly kind: 'url'
  /** The URL: https, or http to this machine or with a digest; normalised, without fragment and credentials. */
  readonly url: string
  /** The digest that the URL's fragment names: 64 lower-case hex digits. */
  readonly sha256?: Sha256
}

/** Module names and source ids. */
const namePattern = /^[a-z0-9][a-z0-9_-]*$/

/** Reads what a user has typed as a module, a path or a URL. Throws SPEC_INVALID, details {spec, reason}. */
export function parseSpec(text: string): Spec {
  if (/^https?:/i.test(text)) return parseUrl(text)
  if (/^file:/i.test(text)) return pathSpec(text, parseFileUrl(text))
  if (isPath(text)) return pathSpec(text, text)
  if (text.startsWith('~')) throw invalid(text, 'the shell, which expands ~, did not: write the whole path')
  const meant = meantBy(text)
  if (meant !== undefined) throw otherwise(text, meant)
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) throw invalid(text, 'only https, http and file URLs are supported')
  return parseModule(text)
}

/** Writes the text that `parseSpec` reads as this spec. */
export function formatSpec(spec: Spec): string {
  switch (spec.kind) {
    case 'path':
      return isPath(spec.path) ? spec.path : `./${spec.path}`
    case 'url':
      return spec.sha256 ? `${spec.url}#sha256=${spec.sha256}` : spec.url
    case 'module': {
      const source = spec.source ? `${spec.source}/` : ''
      const version = spec.versionText ? `@${spec.versionText}` : ''
      return `${source}${isPrefixed(spec.name) ? prefixed(spec.name) : spec.name}${version}`
    }
  }
}

function pathSpec(text: string, path: string): PathSpec {
  if (path.includes('\0')) throw invalid(text, 'a path holds no NUL character')
  return {kind: 'path', path}
}

function parseModule(text: string): ModuleSpec {
  const at = text.indexOf('@')
  const [name, source, ...more] = text
    .slice(0, at === -1 ? undefined : at)
    .split('/')
    .reverse()
  const versionText = at === -1 ? undefined : text.slice(at + 1).trim()
  if (versionText === '') throw invalid(text, 'the version after @ is missing')
  if (more.length > 0) throw invalid(text, 'only one / may stand before the @')
  return {
    kind: 'module',
    ...(source === undefined ? {} : {source: checkName(text, 'source', source)}),
    name: readModuleName(text, name ?? '', source),
    ...(versionText === undefined ? {} : {versionText}),
  }
}

function readModuleName(text: string, name: string, source: string | undefined): string {
  if (name !== '*') return checkName(text, 'module', bareName(name))
  if (source === undefined) throw invalid(text, '* needs its source: write source/*')
  return name
}

function checkName(text: string, what: 'module' | 'source', name: string): string {
  if (isDeviceName(name)) throw invalid(text, `"${name}" is the name of a device on Windows`)
  if (namePattern.test(name)) return name
  if (name === '') throw invalid(text, `the name of the ${what} is missing`)
  const lower = name.toLowerCase()
  if (namePattern.test(lower)) throw invalid(text, `names are in lower case: did you mean ${lower}?`)
  throw invalid(
    text,
    `"${name}" is no ${what} name: a-z, 0-9, _ and - make one, beginning with a letter or digit`,
  )
}

/** `./x`, `../x`, `/x`, and Windows's `.\x`, `..\x`, `C:\x`, `C:/x`. */
function isPath(text: string): boolean {
  return /^(?:\.{1,2}(?:[\\/]|$)|\/|[a-z]:[\\/])/i.test(text)
}

function parseFileUrl(text: string): string {
  const rest = text.slice('file:'.length)
  if (rest === '') throw invalid(text, 'the path after file: is missing')
  if (!rest.startsWith('/')) return isPath(rest) ? rest : `./${rest}`
  const url = readUrl(text)
  if (url.host !== '') throw invalid(text, 'a file: URL names a path of this machine, not a host')
  if (url.search || url.hash) throw invalid(text, 'a file: URL takes neither ? nor #: write %3F and %23')
  try {
    return fileURLToPath(url)
  } catch {
    throw invalid(text, 'the path of this file: URL cannot be read')
  }
}

function parseUrl(text: string): UrlSpec {
  if (!/^https?:\/\//i.test(text)) throw invalid(text, 'two slashes are missing: write https://')
  const url = readUrl(text)
  if (url.username || url.password) {
    throw invalid(text, 'credentials come from the environment or the configuration, never from a URL')
  }
  const sha256 = text.includes('#') ? readDigest(text, text.slice(text.indexOf('#') + 1)) : undefined
  if (url.protocol === 'http:' && sha256 === undefined && !isLoopback(url.hostname)) {
    throw invalid(text, 'http is not protected on its way: use https, or add #sha256=<64 hex digits>')
  }
  url.hash = ''
  return sha256 === undefined ? {kind: 'url', url: url.href} : {kind: 'url', url: url.href, sha256}
}

function readDigest(text: string, fragment: string): Sha256 {
  const [, digits] = /^sha256=(.*)$/.exec(fragment) ?? []
  if (digits === undefined) throw invalid(text, 'only #sha256=<64 hex digits> may follow a URL')
  const sha256 = digits.toLowerCase()
  if (isSha256(sha256)) return sha256
  throw invalid(text, `a sha256 is 64 hex digits, got ${digits.length} characters: "${digits}"`)
}

function isLoopback(hostname: string): boolean {
  return /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost)$/.test(hostname)
}

function readUrl(text: string): URL {
  try {
    return new URL(text)
  } catch {
    // the cause would carry the whole text, credentials included
    throw invalid(text, 'it cannot be read as a URL')
  }
}

function invalid(text: string, reason: string): ProsodyModsError {
  const spec = withoutSecrets(text)
  return new ProsodyModsError(
    'SPEC_INVALID',
    `"${spec}" does not name a module: ${reason}\n  expected [source/]name[@version], ./path or https://…[#sha256=<64 hex digits>]`,
    {
      hint:
        'for example muc_moderation, community/muc_moderation@2025.4.2, jitsi/*@10008, ./modules/mod_x or ' +
        'https://example.org/mod_x.lua',
      details: {spec, reason},
    },
  )
}

function otherwise(text: string, {spec, reason}: MeantSpec): ProsodyModsError {
  const isFile = text.endsWith('.lua') ? ` The file itself would be ./${text}` : ''
  return new ProsodyModsError('SPEC_INVALID', `"${text}" does not name a module: ${reason}`, {
    hint: `did you mean ${shellWord(spec)}?${isFile}`,
    details: {spec: text, reason, meant: spec},
  })
}

/** Credentials and query strings of a URL don't belong on a terminal or in a CI log. */
function withoutSecrets(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return text
  return text.replace(/^([a-z0-9+.-]+:\/*).*@/is, '$1…@').replace(/\?[^#]*/, '?…')
}
