import {setMaxListeners} from 'node:events'
import type {Dispatcher} from 'undici'
import request from 'undici/lib/api/api-request.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import {discard, guarded, tooLong} from './body.ts'
import {extraCertificates} from './certificates.ts'
import {credentialsOf, type Credential, type Credentials} from './credentials.ts'
import {Hosts} from './hosts.ts'
import {timeoutsOf, type Patience, type Timeouts} from './patience.ts'
import {proxiesOf} from './proxies.ts'
import {redactUrl} from './redact-url.ts'
import {redirectTarget, statusError} from './status.ts'
import {TransferError, transferError} from './transfer-error.ts'

export interface HttpRequest {
  readonly url: string
  readonly patience: Patience
  readonly signal: AbortSignal
  /** Bytes of body beyond which the transfer is cut off. */
  readonly maxBytes: number
  /** Sends this with POST in place of a GET. */
  readonly post?: {
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
  }
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
  /**
   * A GET, or POST, whose answer is 200; redirects are followed (never from https to http, and never with
   * credentials to another host). A host that was found
   * dead fails at once with the same reason; one that was found slow does so for the quick, and in this
   * round for the patient too.
   */
  get(request: HttpRequest): Promise<HttpAnswer>
  /** Begins another round of tries. */
  nextRound(): void
  close(): Promise<void>
}

const maxRedirects = 5
const maxHeaderSize = 32 * 1024

/** A patience's connections, and what is known of hosts. */
interface Door {
  readonly dispatcher: Dispatcher
  readonly timeouts: Timeouts
  readonly hosts: Hosts
  readonly credentials: Credentials
}

export function openHttp(env: NodeJS.ProcessEnv): Http {
  const hosts = new Hosts()
  const credentials = credentialsOf(env)
  const doors = new Map<Patience, Promise<Door>>()
  const closed = new AbortController()
  // Every connection listens; by default Node.js takes more than ten listeners for a leak and warns.
  setMaxListeners(0, closed.signal)
  async function makeDoor(patience: Patience): Promise<Door> {
    const timeouts = timeoutsOf(patience, env)
    return {timeouts, hosts, credentials, dispatcher: await createDispatcher(timeouts, env, closed.signal)}
  }
  function doorFor(patience: Patience): Promise<Door> {
    const door = doors.get(patience) ?? makeDoor(patience)
    doors.set(patience, door)
    return door
  }
  return {
    get: async (wanted) => follow(wanted, await doorFor(wanted.patience)),
    nextRound: () => hosts.nextRound(),
    async close() {
      closed.abort()
      const made = await Promise.allSettled(doors.values())
      await Promise.all(
        made.map(async (door) => {
          if (door.status === 'fulfilled') await door.value.dispatcher.destroy()
        }),
      )
    },
  }
}

/** @param signal ends connections that are still being made, which `destroy` leaves to their timeout */
async function createDispatcher(
  timeouts: Timeouts,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Dispatcher> {
  const ca = extraCertificates(env)
  const connect = {timeout: timeouts.connect, signal, ...(ca === undefined ? {} : {ca})}
  const options = {connect, maxHeaderSize, connections: 6}
  const proxies = proxiesOf(env)
  if (proxies === undefined) return new Agent(options)
  const {proxyDispatcher} = await import('./proxy-dispatcher.ts')
  return proxyDispatcher({...options, ...proxies, headersTimeout: timeouts.silence})
}

async function follow(wanted: HttpRequest, door: Door): Promise<HttpAnswer> {
  let url = new URL(wanted.url)
  let credential = door.credentials.forUrl(url)
  const seen = new Set<string>()
  for (;;) {
    if (seen.has(url.href)) throw new TransferError('redirect loop')
    if (seen.size > maxRedirects) throw new TransferError(`more than ${maxRedirects} redirects`)
    seen.add(url.href)
    const answer = await ask(url, wanted, {...door, credential})
    try {
      const target = redirectTarget(answer, url)
      if (target === undefined) return accept(answer, url, {wanted, door: {...door, credential}})
      // Once away, always away: who was redirected to may redirect back, with another path.
      if (target.origin !== url.origin) credential = undefined
      url = target
    } catch (error) {
      discard(answer.body)
      throw error
    }
    discard(answer.body)
  }
}

/** The door, and who asks. */
interface Asking extends Door {
  readonly credential: Credential | undefined
}

async function ask(url: URL, wanted: HttpRequest, door: Asking): Promise<Dispatcher.ResponseData> {
  door.hosts.check(url.host, wanted.patience)
  const asked = request.call(door.dispatcher, {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: wanted.post === undefined ? 'GET' : 'POST',
    ...(wanted.post === undefined ? {} : {body: wanted.post.body}),
    signal: wanted.signal,
    headers: {
      'user-agent': 'prosody-mods',
      'accept-encoding': 'identity',
      ...(door.credential?.authorization === undefined ? {} : {authorization: door.credential.authorization}),
      ...wanted.post?.headers,
    },
    // Given here and not to the dispatcher, whose proxy clients would not know them.
    headersTimeout: door.timeouts.silence,
    bodyTimeout: door.timeouts.silence,
  })
  try {
    return await untilAborted(asked, wanted.signal)
  } catch (error) {
    throw failed(error, {url, wanted, door})
  }
}

/** undici heeds the signal only once it has a connection, and nobody who interrupts shall wait for that. */
function untilAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, {once: true})
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Notes what the failure says about the host. */
function failed(
  error: unknown,
  {url, wanted, door}: {readonly url: URL; readonly wanted: HttpRequest; readonly door: Door},
): TransferError {
  wanted.signal.throwIfAborted()
  const failure = transferError(error)
  door.hosts.remember(url.host, failure)
  return failure
}

/** Throws unless the answer is 200, as it is on the wire, and not longer than it may be. */
function accept(
  {statusCode, headers, body}: Dispatcher.ResponseData,
  url: URL,
  {wanted, door}: {readonly wanted: HttpRequest; readonly door: Asking},
): HttpAnswer {
  if (statusCode !== 200) {
    throw statusError(statusCode, {retryAfter: headers['retry-after'], credential: door.credential})
  }
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new TransferError(`the answer is encoded as ${String(encoding)}, which was not asked for`)
  }
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (length > wanted.maxBytes) throw tooLong(`has ${length} bytes`, wanted.maxBytes)
  const bounds = {maxBytes: wanted.maxBytes, silence: door.timeouts.silence}
  return {
    url: redactUrl(url.href),
    body: explained(guarded(body, bounds), (error) => failed(error, {url, wanted, door})),
    length: Number.isFinite(length) ? length : undefined,
    delimited: Number.isFinite(length) || headers['transfer-encoding'] === 'chunked',
  }
}

async function* explained(
  body: AsyncIterable<Buffer>,
  explain: (error: unknown) => TransferError,
): AsyncGenerator<Buffer, void> {
  try {
    yield* body
  } catch (error) {
    throw explain(error)
  }
}
