import {setTimeout} from 'node:timers/promises'
import {ProsodyModsError} from '../errors.ts'
import type {OnProgress} from '../progress.ts'
import type {Http, HttpRequest} from './http.ts'
import {redactUrl} from './redact-url.ts'
import {TransferError} from './transfer-error.ts'

/** A question about what an upstream has; its answer is a document of bounded size, not a file of a release. */
export interface Question {
  readonly url: string
  /** What messages call it: `the changesets of hg.prosody.im`. */
  readonly about: string
  /** Bytes of the answer at most. */
  readonly maxBytes: number
  readonly post?: HttpRequest['post']
}

export interface UpstreamOptions {
  readonly http: () => Http
  readonly signal: AbortSignal
  readonly offline: boolean
  readonly onProgress: OnProgress
  /** Replaces the base of a URL by that of a mirror. */
  rewrite(url: string): string
}

const rounds = 3

/** Asks upstreams what they have; each question once a run. */
export class Upstream {
  readonly #options: UpstreamOptions
  readonly #asked = new Map<string, Promise<Buffer | undefined>>()

  constructor(options: UpstreamOptions) {
    this.#options = options
  }

  /**
   * The answer; undefined where the upstream says that there is no such thing (HTTP 404). Throws UNREACHABLE with
   * the reason, and OFFLINE_MISSING where nobody may be asked.
   */
  ask(question: Question): Promise<Buffer | undefined> {
    const key = `${question.url}\n${question.post?.body ?? ''}`
    const known = this.#asked.get(key)
    if (known !== undefined) return known
    const asked = this.#ask(question)
    this.#asked.set(key, asked)
    return asked
  }

  async #ask(question: Question): Promise<Buffer | undefined> {
    const {http, signal, offline, onProgress} = this.#options
    if (offline) throw mayNotAsk(question)
    const url = this.#options.rewrite(question.url)
    onProgress({type: 'request', label: question.about, url: redactUrl(url)})
    for (let round = 1; ; round += 1) {
      try {
        return await this.#once({...question, url})
      } catch (error) {
        if (!(error instanceof TransferError)) throw error
        if (error.status === 404) return undefined
        if (!error.retryable || round === rounds) throw unanswered(url, question, error)
        await setTimeout(Math.max(error.retryAfter ?? 0, 500 * 2 ** (round - 1)), undefined, {signal})
        http().nextRound()
      }
    }
  }

  async #once({url, maxBytes, post}: Question): Promise<Buffer> {
    const {http, signal} = this.#options
    const request = {
      url,
      patience: 'patient' as const,
      signal,
      maxBytes,
      ...(post === undefined ? {} : {post}),
    }
    const answer = await http().get(request)
    const chunks: Buffer[] = []
    for await (const chunk of answer.body) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
}

/** An answer that is not what was asked for: exit 5, with what was expected and how it begins. */
export function garbled(question: Question, expected: string, body: Buffer): ProsodyModsError {
  const begin = body.subarray(0, 60).toString('utf8').split('\n')[0] ?? ''
  const isPage = /^\s*<(?:!doctype html|html)/i.test(begin)
  return new ProsodyModsError(
    'UPSTREAM_GARBLED',
    `${redactUrl(question.url)}: the answer about ${question.about} makes no sense\n  expected ${expected}\n  got      ${isPage ? 'an HTML page' : JSON.stringify(begin)}`,
    {
      hint: 'a proxy, a captive portal or an error page may stand in between; what the registry knows needs no upstream',
      details: {url: redactUrl(question.url), expected},
    },
  )
}

function mayNotAsk({about, url}: Question): ProsodyModsError {
  return new ProsodyModsError('OFFLINE_MISSING', `--offline: ${about} would have to be asked for`, {
    hint: 'take a release that the registry knows (prosody-mods info <module>), or run without --offline',
    details: {url: redactUrl(url)},
  })
}

function unanswered(url: string, {about}: Question, error: TransferError): ProsodyModsError {
  return new ProsodyModsError(
    'UNREACHABLE',
    `no answer about ${about}\n  ${new URL(url).host}: ${error.message}`,
    {
      hint: 'check the network, name a mirror (docs/guide/mirrors.md), or take a release that the registry knows',
      details: {locations: [{label: new URL(url).host, reason: error.message}]},
      cause: error,
    },
  )
}
