import {messageOf, systemCode} from '../errors.ts'

/** Why one location did not give the bytes. Never shown alone: it becomes a line of an UNREACHABLE report. */
export class TransferError extends Error {
  /** Worth another try at the same place later. */
  readonly retryable: boolean
  /** The host itself did not answer: nothing else is asked of it in this run. */
  readonly hostDead: boolean
  /** Milliseconds that the server asked us to wait. */
  readonly retryAfter: number | undefined

  constructor(
    reason: string,
    traits: {
      readonly retryable?: boolean
      readonly hostDead?: boolean
      readonly retryAfter?: number
      readonly cause?: unknown
    } = {},
  ) {
    super(reason, traits.cause === undefined ? undefined : {cause: traits.cause})
    this.name = 'TransferError'
    this.retryable = traits.retryable ?? false
    this.hostDead = traits.hostDead ?? false
    this.retryAfter = traits.retryAfter
  }
}

type Traits = readonly [reason: string, traits: {readonly retryable?: boolean; readonly hostDead?: boolean}]

const byCode: Readonly<Record<string, Traits>> = {
  ENOTFOUND: ['the host name does not resolve', {hostDead: true}],
  EAI_AGAIN: ['the name server did not answer', {hostDead: true}],
  ECONNREFUSED: ['connection refused', {hostDead: true}],
  EHOSTUNREACH: ['no route to the host', {hostDead: true}],
  ENETUNREACH: ['the network is unreachable', {hostDead: true}],
  ETIMEDOUT: ['the connection timed out', {hostDead: true}],
  UND_ERR_CONNECT_TIMEOUT: ['no connection in time', {hostDead: true}],
  UND_ERR_HEADERS_TIMEOUT: ['no answer in time', {retryable: true}],
  UND_ERR_BODY_TIMEOUT: ['the answer stalled', {retryable: true}],
  UND_ERR_SOCKET: ['the connection was closed before the answer was complete', {retryable: true}],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['the answer is shorter or longer than it says', {retryable: true}],
  UND_ERR_HEADERS_OVERFLOW: ["the answer's headers are too large", {}],
  ECONNRESET: ['the connection was reset', {retryable: true}],
  EPIPE: ['the connection was closed', {retryable: true}],
}

/** Turns what undici, a socket or TLS threw into a reason that a user understands. */
export function transferError(error: unknown): TransferError {
  if (error instanceof TransferError) return error
  const code = codeOf(error)
  const known = code === undefined ? undefined : byCode[code]
  if (known !== undefined) return new TransferError(known[0], {...known[1], cause: error})
  if (code?.startsWith('HPE_') === true) {
    return new TransferError(`the answer is not HTTP: ${messageOf(error)}`, {cause: error})
  }
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new TransferError(`the TLS certificate is not accepted: ${messageOf(error)} (${code})`, {
      hostDead: true,
      cause: error,
    })
  }
  return new TransferError(messageOf(error) || 'the transfer failed', {retryable: true, cause: error})
}

function codeOf(error: unknown): string | undefined {
  // Happy eyeballs gives an AggregateError: all addresses failed, the first tells why.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return systemCode(error)
}
