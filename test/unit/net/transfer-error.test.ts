import {describe, expect, it} from 'vitest'
import {statusError} from '../../../src/net/status.ts'
import {TransferError, transferError} from '../../../src/net/transfer-error.ts'

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`${code} happened`), {code, ...more})
}

const at = {address: '127.0.0.1', port: 3128}
type Kind = 'dead' | 'slow' | 'again' | 'final'

describe('transferError', () => {
  it.each<[error: Error, reason: string, kind: Kind]>([
    [systemError('ENOTFOUND', {hostname: 'a.invalid'}), 'the host name a.invalid does not resolve', 'dead'],
    [systemError('EAI_AGAIN', {hostname: 'a.invalid'}), 'no name server answered about a.invalid', 'dead'],
    [systemError('ECONNREFUSED', at), 'connection refused by 127.0.0.1:3128', 'dead'],
    [systemError('EHOSTUNREACH', at), 'no route to the host by 127.0.0.1:3128', 'dead'],
    [systemError('ENETUNREACH'), 'the network is unreachable', 'dead'],
    [systemError('UND_ERR_CONNECT_TIMEOUT'), 'no connection in time', 'dead'],
    [systemError('UND_ERR_HEADERS_TIMEOUT'), 'no answer in time', 'slow'],
    [systemError('UND_ERR_BODY_TIMEOUT'), 'the answer stalled', 'slow'],
    [systemError('ECONNRESET'), 'the connection was reset', 'again'],
    [systemError('UND_ERR_HEADERS_OVERFLOW'), "the answer's headers are too large", 'final'],
    [
      systemError('CERT_HAS_EXPIRED'),
      'the TLS certificate is not accepted: CERT_HAS_EXPIRED happened (CERT_HAS_EXPIRED)',
      'dead',
    ],
    [
      systemError('ERR_SSL_WRONG_VERSION_NUMBER'),
      'no TLS connection: ERR_SSL_WRONG_VERSION_NUMBER happened',
      'dead',
    ],
    [
      new Error('Proxy response (403) !== 200 when HTTP Tunneling'),
      'the proxy refused the connection with HTTP 403',
      'dead',
    ],
    [new Error('something new'), 'something new', 'again'],
    [new Error(''), 'the transfer failed', 'again'],
  ])('%s: %s, %s', (error, reason, kind) => {
    const found = transferError(error)
    expect(found.message).toBe(reason)
    expect(found.cause).toBe(error)
    expect(kindOf(found)).toBe(kind)
  })

  it('finds the reason below wrappers, and the first of several addresses', () => {
    const refused = new AggregateError([systemError('ECONNREFUSED', at), systemError('ENETUNREACH')], '')
    const wrapped = new Error('fetch failed', {cause: refused})
    expect(transferError(wrapped).message).toBe('connection refused by 127.0.0.1:3128')
  })

  it('leaves its own kind as it is', () => {
    const known = new TransferError('HTTP 404')
    expect(transferError(known)).toBe(known)
  })
})

describe('statusError', () => {
  it.each<
    [status: number, header: string | undefined, ...found: [retryable: boolean, wait: number | undefined]]
  >([
    [500, undefined, true, undefined],
    [503, '2', true, 2_000],
    [429, '3600', true, 10_000],
    [429, 'Sun, 22 Nov 2026 00:00:00 GMT', true, undefined],
    [408, '-1', true, undefined],
    [404, '5', false, 5_000],
    [204, undefined, false, undefined],
  ])('%i with Retry-After %s', (status, header, ...[retryable, wait]) => {
    const error = statusError(status, {retryAfter: header, credential: undefined})
    expect(error).toMatchObject({message: `HTTP ${status}`, retryable, hostDead: false, hostSlow: false})
    expect(error.retryAfter).toBe(wait)
  })

  it.each([
    [401, undefined, ': netrc and PROSODY_MODS_CREDENTIALS have no credentials for this host'],
    [403, undefined, ''],
    [401, 'Basic c2VjcmV0', ' with the credentials of GITHUB_TOKEN'],
    [403, 'Basic c2VjcmV0', ' with the credentials of GITHUB_TOKEN'],
    [404, 'Basic c2VjcmV0', ''],
  ])('%i says which credentials were used: %s', (status, authorization, text) => {
    const credential = authorization === undefined ? undefined : {authorization, origin: 'GITHUB_TOKEN'}
    expect(statusError(status, {retryAfter: undefined, credential}).message).toBe(`HTTP ${status}${text}`)
  })

  it('says why credentials were held back', () => {
    const credential = {authorization: undefined, origin: '/home/a/.netrc'}
    expect(statusError(401, {retryAfter: undefined, credential}).message).toBe(
      'HTTP 401: the credentials of /home/a/.netrc are not sent over plain http',
    )
  })
})

function kindOf({hostDead, hostSlow, retryable}: TransferError): Kind {
  if (hostDead) return 'dead'
  if (hostSlow) return retryable ? 'slow' : 'final'
  return retryable ? 'again' : 'final'
}
