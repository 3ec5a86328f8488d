import {ProsodyModsError} from '../../src/errors.ts'

/** Throws USAGE unless every address of a remote is that of the repository that package.json names. */
export function requireRemote(remotes: readonly string[], repository: string): void {
  const expected = addressOf(repository)
  const found = remotes.length === 0 ? ['none'] : remotes.map(addressOf)
  const other = found.find((address) => address !== expected)
  if (other === undefined) return
  const verb = remotes.length === 0 ? 'add' : 'set-url'
  throw new ProsodyModsError(
    'USAGE',
    `expected origin to be ${expected}, which package.json names, found ${other}`,
    {
      hint: `release from a clone of it, or "git remote ${verb} origin ${webAddressOf(repository)}"; mend "repository" in package.json if it has moved`,
    },
  )
}

/** A repository's host and path, in whichever way Git or npm write them: `github.com/owner/name`. */
export function addressOf(url: string): string {
  const [, host = '', path = ''] = /^(?:[^\/@:]+@)?([^\/:]+):(?!\/\/)(.+)$/.exec(url) ?? []
  const {hostname, port, pathname} = host === '' ? parsed(url) : {hostname: host, port: '', pathname: path}
  const place = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
  return `${hostname.toLowerCase()}${port === '' ? '' : `:${port}`}/${place}`
}

/** A repository's address on the web, of that in package.json. */
export function webAddressOf(repository: string): string {
  return repository.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** Of what is no URL, a path of this machine, the whole is the path. */
function parsed(url: string): Pick<URL, 'hostname' | 'port' | 'pathname'> {
  const text = url.replace(/^git\+/, '')
  return URL.canParse(text) ? new URL(text) : {hostname: '', port: '', pathname: text}
}
