import {homedir} from 'node:os'
import {join} from 'node:path'
import {readRegular} from '../regular-file.ts'
import {ProsodyModsError, messageOf, systemCode} from '../errors.ts'
import {parseNetrc} from './netrc.ts'
import {proxiesOf} from './proxies.ts'

/** What a host is told about who asks. */
export interface Credential {
  /** Value of the header Authorization; undefined where it is held back from plain http. */
  readonly authorization: string | undefined
  /** Where it was found, for messages; never the secret. */
  readonly origin: string
}

/**
 * Credentials that this user has, each bound to the host that it was given for. A project's manifest has no say in
 * them. Throws CONFIG_INVALID for what can't be read.
 */
export interface Credentials {
  /** Returns the credential for a URL; undefined for a host without any. */
  forUrl(url: URL): Credential | undefined
}

/** The environment variable that holds credentials by host. */
export const credentialsVariable = 'PROSODY_MODS_CREDENTIALS'
const githubHosts = ['github.com', 'raw.githubusercontent.com']

/**
 * Finds credentials in PROSODY_MODS_CREDENTIALS before GITHUB_TOKEN before netrc. Nothing is read before it is needed.
 */
export function credentialsOf(env: NodeJS.ProcessEnv): Credentials {
  let table: ReadonlyMap<string, Credential> | undefined
  return {
    forUrl(url) {
      table ??= new Map([...fromNetrc(env), ...fromGithub(env), ...fromVariable(env)])
      const found = table.get(`${url.hostname}:${portOf(url)}`) ?? table.get(url.hostname)
      return found === undefined || isProtected(url, env) ? found : {...found, authorization: undefined}
    },
  }
}

/** Lists the hosts that this user has credentials for, and where each was found. Throws CONFIG_INVALID. */
export function credentialPlaces(
  env: NodeJS.ProcessEnv,
): readonly {readonly host: string; readonly origin: string}[] {
  const table = new Map([...fromNetrc(env), ...fromGithub(env), ...fromVariable(env)])
  return [...table].map(([host, {origin}]) => ({host, origin}))
}

/** Whether nobody on the way can read what is sent; a proxy could, on the way to this machine too. */
function isProtected({protocol, hostname}: URL, env: NodeJS.ProcessEnv): boolean {
  if (protocol === 'https:') return true
  return /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/.test(hostname) && proxiesOf(env) === undefined
}

function portOf({protocol, port}: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port
}

/** `host[:port]=user:password` or `host[:port]=token`, set apart by blanks, %-encoded where need be. */
function fromVariable(env: NodeJS.ProcessEnv): [string, Credential][] {
  const entries = (env[credentialsVariable] ?? '').split(/\s+/).filter((entry) => entry !== '')
  return entries.map((entry, index) => {
    const [, host = '', secret = ''] = /^([^=/@]+)=(.+)$/.exec(entry) ?? []
    const place = `https://${host}`
    // The entry is not repeated: it may hold a password.
    if (secret === '' || !URL.canParse(place)) throw invalidEntry(index + 1)
    const [user = '', ...rest] = secret.split(':')
    const password = rest.join(':')
    try {
      const authorization =
        rest.length === 0
          ? `Bearer ${headerText(decodeURIComponent(user))}`
          : basic(decodeURIComponent(user), decodeURIComponent(password))
      // A URL would drop the port that is usual, and it was named for a reason.
      const [, port] = /:(\d+)$/.exec(host) ?? []
      const {hostname} = new URL(place)
      return [
        port === undefined ? hostname : `${hostname}:${Number(port)}`,
        {authorization, origin: credentialsVariable},
      ]
    } catch {
      throw invalidEntry(index + 1)
    }
  })
}

function invalidEntry(number: number): ProsodyModsError {
  return new ProsodyModsError(
    'CONFIG_INVALID',
    `${credentialsVariable}: entry ${number} is not host=user:password or host=token`,
    {hint: 'entries are set apart by blanks; a blank, % or : inside of one is written %20, %25, %3A'},
  )
}

/** GitHub takes a token as the password of any user. */
function fromGithub(env: NodeJS.ProcessEnv): [string, Credential][] {
  const token = (env['GITHUB_TOKEN'] ?? '').trim()
  if (token === '') return []
  const credential = {authorization: basic('x-access-token', token), origin: 'GITHUB_TOKEN'}
  return githubHosts.map((host) => [host, credential])
}

/** $NETRC, else ~/.netrc (_netrc on Windows); its `default` entry is bound to no host and not used. */
function fromNetrc(env: NodeJS.ProcessEnv): [string, Credential][] {
  const chosen = env['NETRC']
  const isChosen = chosen !== undefined && chosen !== ''
  const home = env['HOME'] ?? homedir()
  const path = isChosen ? chosen : join(home, process.platform === 'win32' ? '_netrc' : '.netrc')
  let text: string
  try {
    text = readRegular(path, 'credentials').toString('utf8')
  } catch (error) {
    // Nobody named the usual one: it may be another user's.
    const isAnothers = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')
    if (isAnothers && !isChosen) return []
    throw new ProsodyModsError('CONFIG_INVALID', `the netrc file can't be read: ${messageOf(error)}`, {
      hint: 'NETRC names the file with credentials; without it that is ~/.netrc',
      cause: error,
    })
  }
  return parseNetrc(text).map(({machine, login, password}) => [
    machine,
    {authorization: basic(login, password), origin: path},
  ])
}

/** RFC 7617, in UTF-8. */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

/** Throws for what can't stand in a header. */
function headerText(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new RangeError('not printable')
}
