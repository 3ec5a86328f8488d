import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {credentialsOf} from '../../../src/net/credentials.ts'
import {parseNetrc} from '../../../src/net/netrc.ts'

describe('parseNetrc', () => {
  it.each<[text: string, ...found: [machine: string, login: string, password: string][]]>([
    [''],
    ['machine a login b password c', ['a', 'b', 'c']],
    ['machine A.Example\n\tlogin b\n\taccount x\n\tpassword c\n', ['a.example', 'b', 'c']],
    ['machine a password c', ['a', '', 'c']],
    ['machine a\nmachine b login c password d', ['b', 'c', 'd']],
    ['machine a login one password 1 machine a login two password 2', ['a', 'one', '1']],
    ['default login anonymous password me', ...[]],
    ['machine a login b password c default login d password e', ['a', 'b', 'c']],
    ['# machine no login no password no\nmachine a login b password c # rest', ['a', 'b', 'c']],
    ['macdef init\nmachine x login y password z\n\nmachine a login b password c', ['a', 'b', 'c']],
    ['macdef init\nmachine x login y password z', ...[]],
    ['machine a login "b c" password "d \\" e"', ['a', 'b c', 'd " e']],
    ['machine a login b password', ['a', 'b', '']],
    ['login b password c', ...[]],
    ['machine a login b password #c', ['a', 'b', '#c']],
    ['machine a login b # password c', ['a', 'b', '']],
    // What is missing at the end of a line is not the beginning of another host's entry.
    ['machine a login b password\nmachine c login d password e', ['a', 'b', ''], ['c', 'd', 'e']],
    ['machine a login b password #x\nmachine c login d password e', ['a', 'b', '#x'], ['c', 'd', 'e']],
    ['machine a login\nmachine c password e', ['c', '', 'e']],
    ['machine a login b password machine', ['a', 'b', 'machine']],
    ['machine a\r\nlogin b\r\npassword c\r\n', ['a', 'b', 'c']],
  ])('%j', (text, ...found) => {
    expect(parseNetrc(text)).toEqual(found.map(([machine, login, password]) => ({machine, login, password})))
  })
})

describe('credentialsOf', () => {
  it('binds each credential to its host and port', () => {
    const told = teller({PROSODY_MODS_CREDENTIALS: 'a.example=u:p%20w b.example:8443=to%3Aken [::1]:1=t'})
    expect(told('https://a.example/x')).toBe(`Basic ${base64('u:p w')}`)
    expect(told('https://A.EXAMPLE:443/x')).toBe(`Basic ${base64('u:p w')}`)
    expect(told('https://a.example:8443/')).toBe(`Basic ${base64('u:p w')}`)
    expect(told('https://b.example:8443/')).toBe('Bearer to:ken')
    expect(told('https://b.example/')).toBeUndefined()
    expect(told('https://sub.a.example/')).toBeUndefined()
    expect(told('http://[::1]:1/')).toBe('Bearer t')
  })

  it('binds to the usual port as well when it was named', () => {
    const told = teller({PROSODY_MODS_CREDENTIALS: 'a.example:443=t 127.0.0.1:80=u'})
    expect(told('https://a.example/')).toBe('Bearer t')
    expect(told('https://a.example:9999/')).toBeUndefined()
    expect(told('http://127.0.0.1/')).toBe('Bearer u')
    expect(told('http://127.0.0.1:35497/')).toBeUndefined()
  })

  it('keeps a colon of a password, and text beyond ASCII', () => {
    const told = teller({PROSODY_MODS_CREDENTIALS: 'a=jürgen:a:b\n b=:x'})
    expect(told('https://a/')).toBe(`Basic ${base64('jürgen:a:b')}`)
    expect(told('https://b/')).toBe(`Basic ${base64(':x')}`)
  })

  it('sends nothing over plain http but to this machine', () => {
    const credentials = credentialsOf({NETRC: '/dev/null', PROSODY_MODS_CREDENTIALS: 'a=t 127.0.0.1=t'})
    expect(credentials.forUrl(new URL('http://a/'))).toEqual({
      authorization: undefined,
      origin: 'PROSODY_MODS_CREDENTIALS',
    })
    expect(credentials.forUrl(new URL('http://127.0.0.1:99/'))?.authorization).toBe('Bearer t')
    // A proxy would read it on the way to this machine, too.
    const proxied = {http_proxy: 'http://proxy.example', PROSODY_MODS_CREDENTIALS: '127.0.0.1=t'}
    expect(teller(proxied)('http://127.0.0.1:99/')).toBeUndefined()
    expect(teller(proxied)('https://127.0.0.1:99/')).toBe('Bearer t')
  })

  it('gives GITHUB_TOKEN to GitHub alone', () => {
    const told = teller({GITHUB_TOKEN: ' ghp_x\n'})
    const basic = `Basic ${base64('x-access-token:ghp_x')}`
    expect(told('https://github.com/a/b.git/git-upload-pack')).toBe(basic)
    expect(told('https://raw.githubusercontent.com/a/b/c/d')).toBe(basic)
    expect(told('http://github.com/')).toBeUndefined()
    for (const host of ['codeload.github.com', 'github.com.evil.example', 'gist.github.com'])
      expect(told(`https://${host}/`), host).toBeUndefined()
    expect(teller({GITHUB_TOKEN: ''})('https://github.com/')).toBeUndefined()
  })

  it('prefers the variable to GITHUB_TOKEN to netrc', async () => {
    const NETRC = await netrc('machine github.com login n password n machine a login n password n')
    const GITHUB_TOKEN = 'g'
    expect(teller({NETRC})('https://github.com/')).toBe(`Basic ${base64('n:n')}`)
    expect(teller({NETRC, GITHUB_TOKEN})('https://github.com/')).toBe(`Basic ${base64('x-access-token:g')}`)
    const PROSODY_MODS_CREDENTIALS = 'github.com=v'
    const told = teller({NETRC, GITHUB_TOKEN, PROSODY_MODS_CREDENTIALS})
    expect(told('https://github.com/')).toBe('Bearer v')
    expect(told('https://a/')).toBe(`Basic ${base64('n:n')}`)
  })

  it('takes ~/.netrc, and none where there is none', async () => {
    const path = await netrc('machine a login n password n')
    expect(credentialsOf({HOME: join(path, '..')}).forUrl(new URL('https://a/'))?.origin).toBe(path)
    expect(credentialsOf({HOME: '/nonexistent'}).forUrl(new URL('https://a/'))).toBeUndefined()
  })

  it('tells of a netrc file that was named and is not there', () => {
    const credentials = credentialsOf({NETRC: '/nonexistent/netrc'})
    expect(() => credentials.forUrl(new URL('https://a/'))).toThrow(/netrc file can't be read: ENOENT/)
  })

  it.each(['a', 'a=', '=x', 'https://a=x', 'u@a=x', 'a/b=x', 'a=%zz', 'a=tök%0aen', 'a:99999=x'])(
    'refuses %j without repeating it',
    (entry) => {
      const credentials = credentialsOf({NETRC: '/dev/null', PROSODY_MODS_CREDENTIALS: `ok=x ${entry}`})
      const ask = (): unknown => credentials.forUrl(new URL('https://ok/'))
      expect(ask).toThrow('PROSODY_MODS_CREDENTIALS: entry 2 is not host=user:password or host=token')
    },
  )
})

/** What a host is told with this environment. */
function teller(env: NodeJS.ProcessEnv): (url: string) => string | undefined {
  const credentials = credentialsOf({NETRC: '/dev/null', ...env})
  return (url) => credentials.forUrl(new URL(url))?.authorization
}

async function netrc(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prosody-mods-netrc-'))
  onTestFinished(() => rm(folder, {recursive: true, force: true}))
  const path = join(folder, '.netrc')
  await writeFile(path, text)
  return path
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
