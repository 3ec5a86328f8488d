import {readFileSync} from 'node:fs'
import type {Readable} from 'node:stream'
import {rootCertificates} from 'node:tls'
import {Agent, EnvHttpProxyAgent, request, type Dispatcher} from 'undici'
import {ProsodyModsError, messageOf} from '../errors.ts'
import {TransferError, transferError} from './transfer-error.ts'

/** How long silence is borne: quick while another location may have the same bytes, patient otherwise. */
export type Patience = 'quick' | 'patient'

export interface HttpRequest {
  readonly url: string
  readonly patience: Patience
  readonly signal: AbortSignal
  /** Bytes of body beyond which the transfer is cut off. */
  readonly maxBytes: number
}

export interface HttpAnswer {
  /** After redirects, redacted. */
  readonly url: string
  /** Throws TransferError; leaving the loop early ends the transfer. */
  readonly body: AsyncIterable<Buffer>
  /** Bytes, where the server says so. */
  readonly length: number | undefined
  /** Whether a cut-off answer would have been noticed: it has a length or is chunked. */
  readonly delimited: boolean
}

/** The one door to the network. Everything that fails in it is a TransferError. */
export interface Http {
  /** A GET whose answer is 200; redirects are followed (never from https to http). */
  get(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

const maxRedirects = 5
const maxHeaderSize = 32 * 1024
/** Below this many bytes a second over `slowAfter` seconds a transfer counts as stalled. */
const slowRate = 512
const slowAfter = 15_000

/** Milliseconds; PROSODY_MODS_TIMEOUT (seconds) replaces the patient silence and bounds the quick one. */
function timeouts(
  patience: Patience,
  env: NodeJS.ProcessEnv,
): {connect: number; headers: number; idle: number} {
  const seconds = Number(env['PROSODY_MODS_TIMEOUT'])
  const silence = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 30_000
  const headers = patience === 'quick' ? Math.min(8_000, silence) : silence
  return {connect: Math.min(patience === 'quick' ? 4_000 : 10_000, silence), headers, idle: headers}
}

export function openHttp(env: NodeJS.ProcessEnv): Http {
  const agents = new Map<Patience, Dispatcher>()
  function agentFor(patience: Patience): Dispatcher {
    const existing = agents.get(patience)
    if (existing !== undefined) return existing
    const created = createAgent(patience, env)
    agents.set(patience, created)
    return created
  }
  return {
    async get(wanted) {
      try {
        return await follow(wanted, agentFor(wanted.patience))
      } catch (error) {
        if (error instanceof ProsodyModsError) throw error
        wanted.signal.throwIfAborted()
        throw transferError(error)
      }
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()))
    },
  }
}

function createAgent(patience: Patience, env: NodeJS.ProcessEnv): Dispatcher {
  const {connect, headers, idle} = timeouts(patience, env)
  const ca = extraCertificates(env)
  const options = {
    connect: {timeout: connect, ...(ca === undefined ? {} : {ca})},
    headersTimeout: headers,
    bodyTimeout: idle,
    maxHeaderSize,
    connections: 6,
  }
  const proxied = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].some((name) =>
    Boolean(env[name]),
  )
  if (!proxied) return new Agent(options)
  const {connect: tls, ...rest} = options
  // Proxies commonly allow CONNECT to port 443 only, so plain http goes through them in absolute form.
  return new EnvHttpProxyAgent({...rest, connect: tls, requestTls: tls, proxyTls: tls, proxyTunnel: false})
}

/** Certificates of PROSODY_MODS_CA_FILE or SSL_CERT_FILE; Node itself reads NODE_EXTRA_CA_CERTS. */
function extraCertificates(env: NodeJS.ProcessEnv): string[] | undefined {
  const path = env['PROSODY_MODS_CA_FILE'] ?? env['SSL_CERT_FILE']
  if (path === undefined || path === '') return undefined
  try {
    const extra = env['NODE_EXTRA_CA_CERTS']
    return [
      ...rootCertificates,
      readFileSync(path, 'utf8'),
      ...(extra === undefined || extra === '' ? [] : [readFileSync(extra, 'utf8')]),
    ]
  } catch (error) {
    throw new ProsodyModsError('CONFIG_INVALID', `the CA certificates can't be read: ${messageOf(error)}`, {
      hint: 'PROSODY_MODS_CA_FILE and SSL_CERT_FILE name a file of PEM certificates',
      cause: error,
    })
  }
}

async function follow(wanted: HttpRequest, dispatcher: Dispatcher): Promise<HttpAnswer> {
  let url = new URL(wanted.url)
  const seen = new Set<string>()
  for (;;) {
    if (seen.has(url.href)) throw new TransferError('redirect loop')
    if (seen.size > maxRedirects) throw new TransferError(`more than ${maxRedirects} redirects`)
    seen.add(url.href)
    const answer = await request(url, {
      dispatcher,
      signal: wanted.signal,
      headers: {'user-agent': 'prosody-mods', 'accept-encoding': 'identity'},
    })
    const target = redirectTarget(answer, url)
    if (target === undefined) return accept(answer, url, wanted)
    await answer.body.dump()
    url = target
  }
}

function redirectTarget(answer: Dispatcher.ResponseData, from: URL): URL | undefined {
  const location = answer.headers['location']
  if (![301, 302, 303, 307, 308].includes(answer.statusCode)) return undefined
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) {
    throw new TransferError(`HTTP ${answer.statusCode} without a usable Location`)
  }
  const target = new URL(location, from)
  if (
    !['http:', 'https:'].includes(target.protocol) ||
    (from.protocol === 'https:' && target.protocol === 'http:')
  ) {
    throw new TransferError(`refused redirect from ${from.protocol}// to ${target.protocol}//`)
  }
  return target
}

async function accept(answer: Dispatcher.ResponseData, url: URL, wanted: HttpRequest): Promise<HttpAnswer> {
  const {statusCode, headers, body} = answer
  const fail = async (error: TransferError): Promise<never> => {
    body.on('error', () => undefined)
    body.destroy()
    return Promise.reject(error)
  }
  if (statusCode !== 200) return fail(statusError(statusCode, headers['retry-after']))
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    return fail(new TransferError(`the answer is encoded as ${String(encoding)}, which was not asked for`))
  }
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (length > wanted.maxBytes) {
    return fail(
      new TransferError(`the answer has ${length} bytes, more than the ${wanted.maxBytes} expected`),
    )
  }
  return {
    url: redactUrl(url.href),
    body: guarded(body, wanted),
    length: Number.isFinite(length) ? length : undefined,
    delimited: Number.isFinite(length) || headers['transfer-encoding'] === 'chunked',
  }
}

function statusError(status: number, retryAfter: string | string[] | undefined): TransferError {
  const seconds = Number(retryAfter)
  return new TransferError(`HTTP ${status}`, {
    retryable: status >= 500 || status === 429 || status === 408,
    ...(seconds > 0 ? {retryAfter: Math.min(seconds, 10) * 1000} : {}),
  })
}

/** Ends a body that grows past its bound, and the drip of bytes that defeats an idle timeout. */
async function* guarded(body: Readable, wanted: HttpRequest): AsyncGenerator<Buffer, void> {
  const started = Date.now()
  let bytes = 0
  const timer = setInterval(() => {
    const elapsed = Date.now() - started
    if (elapsed > slowAfter && bytes / (elapsed / 1000) < slowRate) {
      body.destroy(new TransferError('the answer comes too slowly', {retryable: true}))
    }
  }, 1000)
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length
      if (bytes > wanted.maxBytes) {
        throw new TransferError(`the answer has more than the ${wanted.maxBytes} bytes expected`)
      }
      yield chunk as Buffer
    }
  } catch (error) {
    wanted.signal.throwIfAborted()
    throw transferError(error)
  } finally {
    clearInterval(timer)
    body.on('error', () => undefined)
    body.destroy()
  }
}

/** A URL without its credentials and query, for messages and lockfiles' reports. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  url.username = ''
  url.password = ''
  if (url.search !== '') url.search = '?…'
  url.hash = ''
  return url.href.replaceAll('%7e', '~').replaceAll('%2B', '+')
}
