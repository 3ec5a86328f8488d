import type {Dispatcher} from 'undici'
import {discard, guarded, tooLong} from './body.ts'
import {Connections} from './connections.ts'
import {credentialsOf, type Credential, type Credentials} from './credentials.ts'
import type {SendRequest} from './dispatcher.ts'
import {gunzipped} from './gunzip.ts'
import {Hosts} from './hosts.ts'
import {timeoutsOf, type Patience, type Timeouts} from './patience.ts'
import {redactUrl} from './redact-url.ts'
import {confirmed, redirectedTo, statusError} from './status.ts'
import {TransferError, transferError} from './transfer-error.ts'
import {conditionsOf, validatorsOf, type Validators} from './validators.ts'

/** A request, and the bounds on its answer. */
export interface HttpRequest {
  readonly url: string
  readonly patience: Patience
  readonly signal: AbortSignal
  /** Bytes of body, packed and unpacked, beyond which the transfer is cut off. */
  readonly maxBytes: number
  /** Lets the server gzip the body on its way. */
  readonly gzip?: boolean
  /** What is had already, of this URL itself: the answer may then be that it is still current. */
  readonly known?: Validators
  /** Sends this with POST in place of a GET. */
  readonly post?: {
    readonly body: string
    readonly headers: Readonly<Record<string, string>>
  }
}

/** An answer whose status is 200, or 304 about what was known. */
export interface HttpAnswer {
  /** The URL after redirects, redacted. */
  readonly url: string
  /** Throws TransferError; leaving the loop early ends the transfer. */
  readonly body: AsyncIterable<Buffer>
  /** Ends the transfer where the body is not, or no longer, read. */
  readonly discard: () => void
  /** How many bytes the body has, where the server says so. */
  readonly length: number | undefined
  /** Whether a cut-off answer would have been noticed: it has a length, is chunked or gzipped. */
  readonly delimited: boolean
  /** Whether what was `known` is current (HTTP 304); there is no body then. */
  readonly unchanged: boolean
  /** The header Date, in milliseconds; undefined where the server sent none that can be read. */
  readonly date: number | undefined
  /** What to ask for this answer again with; undefined where that can't be, as after a redirect. */
  readonly validators: Validators | undefined
}

/**
 * The one door to the network, in which everything that fails is a TransferError. Everything that fails in it is a
 * TransferError.
 */
export interface Http {
  /**
   * Asks with GET, or POST, for an answer that is 200, or 304 about what is `known`; redirects are followed (never from
   * https to http, and never with credentials to another host). A host that was found dead fails at once with the same
   * reason; one that was found slow does so for the quick, and in this round for the patient too.
   */
  get(request: HttpRequest): Promise<HttpAnswer>
  /** Begins another round of tries. */
  nextRound(): void
  /** Ends all connections. */
  close(): Promise<void>
}

const maxRedirects = 5
const maxAnnouncements = 5

/** A patience's connections, and what is known of hosts. */
interface Door {
  readonly dispatcher: Dispatcher
  readonly request: SendRequest
  readonly timeouts: Timeouts
  readonly hosts: Hosts
  readonly credentials: Credentials
}

/** Opens the door to the network, with the proxies, certificates and credentials of the environment. */
export function openHttp(env: NodeJS.ProcessEnv): Http {
  const hosts = new Hosts()
  const credentials = credentialsOf(env)
  const doors = new Map<Patience, Promise<Door>>()
  const connections = new Connections()
  async function makeDoor(patience: Patience): Promise<Door> {
    const timeouts = timeoutsOf(patience, env)
    // What speaks HTTP is much code, and most runs ask nobody.
    const {createDispatcher, request} = await import('./dispatcher.ts')
    const dispatcher = await createDispatcher(timeouts, env, connections)
    return {timeouts, hosts, credentials, dispatcher, request}
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
      connections.close()
      const made = await Promise.allSettled(doors.values())
      await Promise.all(
        made.map(async (door) => {
          if (door.status === 'fulfilled') await door.value.dispatcher.destroy()
        }),
      )
    },
  }
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
      const next = redirectedTo(answer, url)
      if (next === undefined) return accept(answer, url, {wanted, door: {...door, credential}})
      // Once away, always away: who was redirected to may redirect back, with another path.
      if (next.origin !== url.origin) credential = undefined
      url = next
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
  const asked = door.request.call(door.dispatcher, {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: wanted.post === undefined ? 'GET' : 'POST',
    ...(wanted.post === undefined ? {} : {body: wanted.post.body}),
    signal: wanted.signal,
    headers: {
      'user-agent': 'prosody-mods',
      'accept-encoding': wanted.gzip === true ? 'gzip' : 'identity',
      ...(door.credential?.authorization === undefined ? {} : {authorization: door.credential.authorization}),
      ...wanted.post?.headers,
      ...conditionsOf(knownAt(url, wanted) ?? {}),
    },
    // Given here and not to the dispatcher, whose proxy clients would not know them.
    headersTimeout: door.timeouts.silence,
    bodyTimeout: door.timeouts.silence,
    onInfo: announcements(),
  })
  try {
    return await untilAborted(asked, wanted.signal)
  } catch (error) {
    throw failed(error, {url, wanted, door})
  }
}

/** Each HTTP 1xx starts undici's timeout anew, so a server could go on with them without end. */
function announcements(): () => void {
  let count = 0
  return () => {
    count += 1
    if (count > maxAnnouncements) throw new TransferError('it announces an answer again and again (HTTP 1xx)')
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

/** What is known of one URL says nothing about the one that it redirects to. */
function knownAt(url: URL, {url: first, known}: HttpRequest): Validators | undefined {
  return url.href === new URL(first).href ? known : undefined
}

interface Context {
  readonly wanted: HttpRequest
  readonly door: Asking
}

/** Throws unless the answer is 200, encoded as it may be, and not longer than it may be; or 304 where that may be. */
function accept(answer: Dispatcher.ResponseData, url: URL, {wanted, door}: Context): HttpAnswer {
  const {statusCode, headers, body} = answer
  if (statusCode === 304) return unchanged(answer, url, wanted)
  if (statusCode !== 200) {
    throw statusError(statusCode, {retryAfter: headers['retry-after'], credential: door.credential})
  }
  const gzip = isGzip(headers['content-encoding'], wanted)
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (length > wanted.maxBytes) throw tooLong(`has ${length} bytes`, wanted.maxBytes)
  const bounds = {maxBytes: wanted.maxBytes, silence: door.timeouts.silence, ...(length >= 0 ? {length} : {})}
  const plain = gzip ? gunzipped(body, bounds) : guarded(body, bounds)
  return {
    get url() {
      return redactUrl(url.href)
    },
    body: explained(plain, (error) => failed(error, {url, wanted, door})),
    discard: () => discard(body),
    length: Number.isFinite(length) && !gzip ? length : undefined,
    delimited: gzip || Number.isFinite(length) || headers['transfer-encoding'] === 'chunked',
    unchanged: false,
    date: dateOf(headers),
    validators: url.href === new URL(wanted.url).href ? validatorsOf(headers) : undefined,
  }
}

function dateOf({date}: Dispatcher.ResponseData['headers']): number | undefined {
  const time = typeof date === 'string' ? Date.parse(date) : NaN
  return Number.isNaN(time) ? undefined : time
}

function isGzip(encoding: string | string[] | undefined, {gzip}: HttpRequest): boolean {
  if (encoding === undefined || encoding === 'identity') return false
  if (gzip === true && String(encoding).toLowerCase() === 'gzip') return true
  throw new TransferError(`the answer is encoded as ${String(encoding)}, which was not asked for`)
}

/** A 304, which has no body. */
function unchanged({headers, body}: Dispatcher.ResponseData, url: URL, wanted: HttpRequest): HttpAnswer {
  const validators = confirmed(headers, knownAt(url, wanted))
  return {
    url: redactUrl(url.href),
    body,
    discard: () => discard(body),
    length: 0,
    delimited: true,
    unchanged: true,
    date: dateOf(headers),
    validators,
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
