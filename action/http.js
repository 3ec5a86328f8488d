import {JobError} from './settings.js'

/** An answer of an API that is no success. */
export class ApiError extends JobError {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message)
    this.status = status
  }
}

/**
 * Asks an API; gives its answer as it was parsed. Throws an ApiError, which never has a token in it.
 * @param {{url: string, headers: Record<string, string>}} api
 * @param {{method: string, path: string, data?: unknown}} question
 */
export async function ask({url, headers}, {method, path, data}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...headers,
      'user-agent': 'prosody-mods',
      ...(data === undefined ? {} : {'content-type': 'application/json'}),
    },
    signal: AbortSignal.timeout(60_000),
    ...(data === undefined ? {} : {body: JSON.stringify(data)}),
  }).catch((error) => {
    throw new ApiError(`${method} ${url}${path}: ${error.cause?.message ?? error.message}`, 0)
  })
  const text = await response.text()
  if (!response.ok)
    throw new ApiError(`${method} ${url}${path}: ${response.status} ${messageIn(text)}`, response.status)
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(`${method} ${url}${path}: the answer is no JSON`, response.status)
  }
}

function messageIn(text) {
  try {
    const {message} = JSON.parse(text)
    return typeof message === 'string' ? message : JSON.stringify(message ?? '').slice(0, 300)
  } catch {
    return text.slice(0, 300)
  }
}

/**
 * Asks for a list, page by page, until something is found in it.
 * @template T
 * @param {(page: number) => Promise<readonly T[]>} pageOf
 * @param {(one: T) => boolean} isIt
 * @returns {Promise<T | undefined>}
 */
export async function findInPages(pageOf, isIt) {
  for (let page = 1; page <= 50; page += 1) {
    const list = await pageOf(page)
    const found = list.find(isIt)
    if (found !== undefined || list.length < perPage) return found
  }
  return undefined
}

/** How many things a page has. */
export const perPage = 100
