import {messageOf} from '../errors.ts'

interface Traits {
  /** Worth another try at the same place later. */
  readonly retryable?: boolean
  /** The host itself did not answer: nothing else is asked of it in this run. */
  readonly hostDead?: boolean
  /** The host kept us waiting: others go first from now on. */
  readonly hostSlow?: boolean
  /** Milliseconds that the server asked us to wait. */
  readonly retryAfter?: number
  /** HTTP status of the answer, where there was one. */
  readonly status?: number
  readonly cause?: unknown
}

/**
 * Thrown where one location did not give the bytes, with the reason. Never shown alone: it becomes a line of an
 * UNREACHABLE report.
 */
export class TransferError extends Error {
  readonly retryable: boolean
  readonly hostDead: boolean
  readonly hostSlow: boolean
  readonly retryAfter: number | undefined
  readonly status: number | undefined

  constructor(reason: string, traits: Traits = {}) {
    super(reason, traits.cause === undefined ? undefined : {cause: traits.cause})
    this.name = 'TransferError'
    this.retryable = traits.retryable ?? false
    this.hostDead = traits.hostDead ?? false
    this.hostSlow = traits.hostSlow ?? false
    this.retryAfter = traits.retryAfter
    this.status = traits.status
  }
}

type Explanation = readonly [reason: string | ((error: SystemError) => string), traits: Traits]

const dead = {hostDead: true}
const again = {retryable: true}
const slow = {retryable: true, hostSlow: true}

const byCode: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: [({hostname}) => `the host name ${hostname ?? ''} does not resolve`, dead],
  EAI_AGAIN: [({hostname}) => `no name server answered about ${hostname ?? 'the host name'}`, dead],
  ECONNREFUSED: [(error) => `connection refused${by(error)}`, dead],
  EHOSTUNREACH: [(error) => `no route to the host${by(error)}`, dead],
  ENETUNREACH: ['the network is unreachable', dead],
  ETIMEDOUT: [(error) => `the connection timed out${by(error)}`, dead],
  UND_ERR_CONNECT_TIMEOUT: ['no connection in time', dead],
  UND_ERR_HEADERS_TIMEOUT: ['no answer in time', slow],
  UND_ERR_BODY_TIMEOUT: ['the answer stalled', slow],
  UND_ERR_SOCKET: ['the connection was closed before the answer was complete', again],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['the answer is shorter or longer than it says', again],
  UND_ERR_HEADERS_OVERFLOW: ["the answer's headers are too large", {}],
  ECONNRESET: ['the connection was reset', again],
  EPIPE: ['the connection was closed', again],
  Z_DATA_ERROR: ["the answer's gzip is damaged", again],
  Z_BUF_ERROR: ["the answer's gzip was cut off", again],
  EPROTO: [({message}) => `no TLS connection: ${message}`, dead],
}

/** Turns what undici, a socket or TLS threw into a reason that a user understands. */
export function transferError(error: unknown): TransferError {
  if (error instanceof TransferError) return error
  const found = systemErrorOf(error)
  const [reason, traits] = explanationOf(found, error)
  return new TransferError(typeof reason === 'string' ? reason : reason(found ?? {message: ''}), {
    ...traits,
    cause: error,
  })
}

function explanationOf(found: SystemError | undefined, error: unknown): Explanation {
  const code = found?.code ?? ''
  const known = byCode[code]
  if (known !== undefined) return known
  const text = found?.message ?? messageOf(error)
  if (isParserError(error)) return [`the answer is not HTTP: ${text}`, {}]
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return [`the TLS certificate is not accepted: ${text} (${code})`, dead]
  }
  if (/TLS|SSL/.test(code)) return [`no TLS connection: ${text}`, dead]
  const refusal = /^Proxy response \((\d+)\)|^Proxy Authentication Required \((\d+)\)/.exec(text)
  if (refusal !== null) {
    return [`the proxy refused the connection with HTTP ${refusal[1] ?? refusal[2] ?? ''}`, dead]
  }
  return [text || 'the transfer failed', again]
}

interface SystemError {
  readonly message: string
  readonly code?: string
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}

/** The first error with a code, through causes; of several addresses that all failed, the first tells why. */
function systemErrorOf(error: unknown): SystemError | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors.length > 0) return systemErrorOf(at.errors[0])
    if (hasCode(at)) return at
  }
  return undefined
}

/** llhttp's errors have a code of their own (HPE_…), those that undici finds have none. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'HTTPParserError' || isParserError(error.cause))
}

function hasCode(error: Error): error is Error & SystemError {
  return 'code' in error && typeof error.code === 'string'
}

/** Who refused: with a proxy in between it is not the host that was asked for. */
function by({address, port}: SystemError): string {
  return address === undefined ? '' : ` by ${address}${port === undefined ? '' : `:${port}`}`
}
