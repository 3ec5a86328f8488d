import {setTimeout} from 'node:timers/promises'
import {ProsodyModsError} from '../errors.ts'
import type {OnProgress} from '../progress.ts'
import type {Http, HttpRequest} from './http.ts'
import {redactUrl} from './redact-url.ts'
import {TransferError} from './transfer-error.ts'
import type {Validators} from './validators.ts'

/** A question about what an upstream has; its answer is a document of bounded size, not a file of a release. */
export interface Question {
  readonly url: string
  /** What messages call the answer: `the changesets of hg.prosody.im`. */
  readonly about: string
  /** How many bytes the answer may have at most. */
  readonly maxBytes: number
  /**
   * What is sent with POST, which is then used. Such an answer is never kept: POST can't be asked conditionally (RFC
   * 9110, section 13.1.3), and Git's servers give no validators and forbid storing (`Cache-Control: no-cache`).
   */
  readonly post?: HttpRequest['post']
  /**
   * Recognises an answer that makes sense, which is then kept, so that the next run need only ask whether it is
   * current. Without it nothing is kept: an error page shall not come back.
   */
  readonly sound?: (answer: Buffer) => boolean
}

/** An answer as an upstream gave it, with what to ask about it. */
export interface Listing {
  readonly validators: Validators
  readonly body: Buffer
}

/** Keeps answers from run to run, by URL; a keeper that can't do so loses them and says nothing. */
export interface ListingKeeper {
  /** Returns what is kept of a URL; undefined where there is nothing, and where it is damaged. */
  read(url: string): Listing | undefined
  keep(url: string, listing: Listing): Promise<void>
  /** Notes that what is kept of a URL was current and is in use. */
  touch(url: string): void
  drop(url: string): void
}

/** What asking upstreams needs of its surroundings. */
export interface UpstreamOptions {
  readonly http: () => Http
  readonly signal: AbortSignal
  readonly offline: boolean
  readonly onProgress: OnProgress
  readonly listings: ListingKeeper
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
   * Returns the answer to a question; undefined where the upstream says that there is no such thing (HTTP 404). Throws
   * UNREACHABLE with the reason, and OFFLINE_MISSING where nobody may be asked.
   */
  ask(question: Question): Promise<Buffer | undefined> {
    const key = `${question.url}\n${question.post?.body ?? ''}`
    const known = this.#asked.get(key)
    if (known !== undefined) return known
    const asked = this.#ask(question)
    this.#asked.set(key, asked)
    return asked
  }

  /** Whether nobody may be asked. */
  get offline(): boolean {
    return this.#options.offline
  }

  /** Forgets what was kept of an answer that turned out to be wrong: the next run asks for all of it. */
  forget({url}: Pick<Question, 'url'>): void {
    this.#options.listings.drop(this.#options.rewrite(url))
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
        // It speaks of another state than the kept one, which the next try does without.
        if (error.status === 304) this.#options.listings.drop(url)
        if (!error.retryable || round === rounds) throw unanswered(url, question, error)
        await setTimeout(Math.max(error.retryAfter ?? 0, 500 * 2 ** (round - 1)), undefined, {signal})
        http().nextRound()
      }
    }
  }

  async #once(question: Question): Promise<Buffer> {
    const {url, maxBytes, post, sound} = question
    const {http, signal, listings, onProgress} = this.#options
    const kept = post === undefined && sound !== undefined ? listings.read(url) : undefined
    const request = {
      url,
      patience: 'patient' as const,
      signal,
      maxBytes,
      ...(post === undefined ? {} : {post}),
      ...(kept === undefined ? {} : {known: kept.validators}),
    }
    const answer = await http().get(request)
    const chunks: Buffer[] = []
    for await (const chunk of answer.body) {
      chunks.push(chunk)
      onProgress({type: 'piece', bytes: chunk.length})
    }
    if (kept !== undefined && answer.unchanged) {
      listings.touch(url)
      return kept.body
    }
    const body = Buffer.concat(chunks)
    if (post === undefined) await this.#keep(question, {body, validators: answer.validators})
    return body
  }

  async #keep(
    {url, sound}: Question,
    {body, validators}: Pick<Listing, 'body'> & {readonly validators: Validators | undefined},
  ): Promise<void> {
    const {listings} = this.#options
    if (validators !== undefined && sound?.(body) === true) await listings.keep(url, {body, validators})
    else listings.drop(url)
  }
}

/** Makes the error of an answer that is not what was asked for: exit 5, with what was expected and how it begins. */
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
      hint: `check the network, name a mirror ("prosody-mods help mirrors"), or take a release that the registry knows`,
      details: {locations: [{label: new URL(url).host, reason: error.message}]},
      cause: error,
    },
  )
}
