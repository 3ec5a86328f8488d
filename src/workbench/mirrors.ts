import {docsPage} from '../docs-page.ts'
import {ProsodyModsError} from '../errors.ts'
import {credentialsVariable} from '../net/credentials.ts'
import {manifestName, type Manifest} from '../project/manifest.ts'
import {aptMirrors, type Mirrors} from '../sources/debian/mirrors.ts'
import type {UserConfig} from './user-config.ts'

/** Mirrors by base URL or, for Debian, by the word `debian`; an earlier origin beats a later one. */
export type MirrorTable = ReadonlyMap<string, string>

const debianVariable = 'PROSODY_MODS_DEBIAN_MIRROR'

/**
 * Collects the mirrors that URLs are replaced by: the environment's before the user's configuration before the
 * manifest's. Throws CONFIG_INVALID.
 */
export function mirrorTable(manifest: Manifest, user: UserConfig, env: NodeJS.ProcessEnv): MirrorTable {
  const table = new Map<string, string>()
  for (const [base, mirror] of Object.entries(manifest.mirrors ?? {}))
    table.set(base, checkUrl(mirror, `${manifestName}: mirrors → ${base}`))
  for (const [base, mirror] of Object.entries(user.mirrors))
    table.set(base, checkUrl(mirror, `${user.path}: mirrors → ${base}`))
  const debian = env[debianVariable]
  if (debian !== undefined && debian !== '') table.set('debian', checkUrl(debian, debianVariable))
  return table
}

/** Replaces the longest base that a URL begins with by its mirror. */
export function rewriteUrl(url: string, table: MirrorTable): string {
  let best = ''
  for (const base of table.keys()) {
    const plain = base.replace(/\/+$/, '')
    if ((url === plain || url.startsWith(`${plain}/`)) && plain.length > best.length) best = base
  }
  const mirror = table.get(best)
  if (best === '' || mirror === undefined) return url
  return mirror.replace(/\/+$/, '') + url.slice(best.replace(/\/+$/, '').length)
}

/** Asks for Debian's mirrors once, when first needed. */
export function debianMirrorsOf(table: MirrorTable): () => Promise<Mirrors> {
  const configured = table.get('debian')
  let asked: Promise<Mirrors> | undefined
  return () =>
    (asked ??=
      configured === undefined
        ? aptMirrors()
        : Promise.resolve({urls: [configured.replace(/\/+$/, '')], reason: ''}))
}

function checkUrl(value: unknown, where: string): string {
  if (typeof value !== 'string' || !/^https?:\/\/\S+$/.test(value) || !URL.canParse(value))
    throw invalid(where, `expected an http(s) URL, got ${JSON.stringify(value)}`)
  const {username, password} = new URL(value)
  if (username === '' && password === '') return value
  // The value is not repeated: it holds a password.
  throw invalid(where, `a URL holds no credentials; netrc and ${credentialsVariable} do`)
}

function invalid(where: string, reason: string): ProsodyModsError {
  return new ProsodyModsError('CONFIG_INVALID', `${where}: ${reason}`, {
    hint: `${docsPage('docs/guide/mirrors.md')} describes the configuration`,
  })
}
