import {credentialsVariable, type Credential} from './credentials.ts'
import {TransferError} from './transfer-error.ts'
import {confirms, type Validators} from './validators.ts'

interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Tells where an answer leads; undefined when it is no redirect. Throws TransferError for what is not followed. */
export function redirectedTo(answer: Answer, from: URL): URL | undefined {
  const location = answer.headers['location']
  if (![301, 302, 303, 307, 308].includes(answer.statusCode)) return undefined
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) {
    throw new TransferError(`HTTP ${answer.statusCode} without a usable Location`)
  }
  const to = new URL(location, from)
  if (!['http:', 'https:'].includes(to.protocol) || (from.protocol === 'https:' && to.protocol === 'http:')) {
    throw new TransferError(`refused redirect from ${from.protocol}// to ${to.protocol}//`)
  }
  return to
}

/** Makes the error of an answer that is neither 200 nor a redirect. */
export function statusError(
  status: number,
  told: {
    readonly retryAfter: string | string[] | undefined
    /** What the host was told about who asks. */
    readonly credential: Credential | undefined
  },
): TransferError {
  const seconds = Number(told.retryAfter)
  return new TransferError(`HTTP ${status}${refusal(status, told.credential)}`, {
    status,
    retryable: status >= 500 || status === 429 || status === 408,
    ...(seconds > 0 ? {retryAfter: Math.min(seconds, 10) * 1000} : {}),
  })
}

function refusal(status: number, credential: Credential | undefined): string {
  if (status !== 401 && status !== 403) return ''
  if (credential?.authorization !== undefined) return ` with the credentials of ${credential.origin}`
  if (credential !== undefined)
    return `: the credentials of ${credential.origin} are not sent over plain http`
  return status === 401 ? `: netrc and ${credentialsVariable} have no credentials for this host` : ''
}

/**
 * Returns what a 304 says is current: all that is known. Throws TransferError where nothing was said to be known, and
 * where it speaks of another state.
 */
export function confirmed(headers: Answer['headers'], known: Validators | undefined): Validators {
  if (known === undefined) {
    throw new TransferError('HTTP 304: it says that nothing has changed, but was not asked so', {status: 304})
  }
  if (confirms(headers, known)) return known
  throw new TransferError(
    'HTTP 304: it says that nothing has changed, but of another state than the known one',
    {
      status: 304,
      retryable: true,
    },
  )
}
