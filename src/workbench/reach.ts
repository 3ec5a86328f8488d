import {messageOf} from '../errors.ts'
import {openHttp, type Http} from '../net/http.ts'
import {redactUrl} from '../net/redact-url.ts'
import {TransferError} from '../net/transfer-error.ts'
import type {Registry} from '../registry/registry.ts'
import type {SourceDefinition} from '../sources/kinds.ts'
import {askedUrls} from '../sources/asked-urls.ts'
import type {Environment} from './environment.ts'
import {debianMirrorsOf, rewriteUrl, type MirrorTable} from './mirrors.ts'

/** A place that is asked whether it answers. */
export interface Place {
  /** The host by which people know it: `github.com`. */
  readonly name: string
  readonly url: string
}

/** What came of asking a place. */
export interface Reached extends Place {
  /** The URL that was asked, a mirror's where one stands in, without credentials. */
  readonly asked: string
  /** Milliseconds until its answer began, or it was given up. */
  readonly took: number
  /** HTTP status; undefined where nothing answered. */
  readonly status: number | undefined
  /** What its clock says, in milliseconds; undefined where it does not. */
  readonly date: number | undefined
  /** Why there was no good answer; undefined where there was. */
  readonly reason: string | undefined
}

/** Lists the places that sources are asked at, one a host, and for Debian's packages the mirrors of this machine. */
export async function placesOf(
  definitions: readonly SourceDefinition[],
  table: MirrorTable,
  {registry}: {readonly registry: Registry},
): Promise<readonly Place[]> {
  const found = definitions.flatMap((definition) => askedUrls(definition, registry))
  const {urls} = await debianMirrorsOf(table)()
  const [debian] = urls
  const all = [...found, ...(debian === undefined ? [] : [`${debian}/dists/stable/InRelease`])]
  const places = all.map((url) => ({name: new URL(url).host, url}))
  return places.filter(({name}, index) => places.findIndex((one) => one.name === name) === index)
}

/** Asks places at the same time, each once, with the patience of one that has others behind it. */
export async function reach(
  places: readonly Place[],
  table: MirrorTable,
  {env, signal, onProgress}: Environment,
): Promise<readonly Reached[]> {
  const http = openHttp(env)
  try {
    return await Promise.all(
      places.map((place) => {
        const url = rewriteUrl(place.url, table)
        onProgress({type: 'request', label: place.name, url: redactUrl(url)})
        return ask(place, {http, url, signal})
      }),
    )
  } finally {
    await http.close()
  }
}

interface Asking {
  readonly http: Http
  readonly url: string
  readonly signal: AbortSignal
}

/** More than what is asked for has: nothing of it is read. */
const maxBytes = 2 ** 30

async function ask(place: Place, {http, url, signal}: Asking): Promise<Reached> {
  const started = performance.now()
  const took = (): number => Math.round(performance.now() - started)
  const asked = redactUrl(url)
  try {
    const answer = await http.get({url, patience: 'quick', signal, maxBytes})
    answer.discard()
    return {...place, asked, took: took(), status: 200, date: answer.date, reason: undefined}
  } catch (error) {
    signal.throwIfAborted()
    const status = error instanceof TransferError ? error.status : undefined
    return {...place, asked, took: took(), status, date: undefined, reason: messageOf(error)}
  }
}
