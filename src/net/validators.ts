/** What a server tells one state of a document from another by (RFC 9110, section 8.8). */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Milliseconds that must have passed since a change before its second can't bring another one. */
const settled = 2000

/**
 * Returns the validators of an answer that the next run may ask about; undefined where it has none, must not be stored,
 * or is so young that another change may get the same validator.
 */
export function validatorsOf(headers: Headers): Validators | undefined {
  if (/\bno-store\b/i.test(textOf(headers, 'cache-control') ?? '')) return undefined
  const [etag, lastModified] = [textOf(headers, 'etag'), textOf(headers, 'last-modified')]
  const date = Date.parse(textOf(headers, 'date') ?? '')
  // Tags are often made of that time, so both are given up together.
  if (date - Date.parse(lastModified ?? '') < settled) return undefined
  if (etag !== undefined)
    return isEtag(etag) && isSettled(secondOf(etag), date) ? {etag, ...timeOf(lastModified)} : undefined
  return lastModified !== undefined && isSettled(Date.parse(lastModified), date)
    ? timeOf(lastModified)
    : undefined
}

function timeOf(lastModified: string | undefined): Validators | undefined {
  return lastModified !== undefined && isHttpDate(lastModified) ? {lastModified} : undefined
}

/** Writes the headers that ask for an answer only if it is another one. */
export function conditionsOf({etag, lastModified}: Validators): Readonly<Record<string, string>> {
  return {
    ...(etag === undefined ? {} : {'if-none-match': etag}),
    ...(lastModified === undefined ? {} : {'if-modified-since': lastModified}),
  }
}

/** Tells whether a 304 speaks of the known state; it need not name one. Tags are compared weakly (section 13.1.2). */
export function confirms(headers: Headers, known: Validators): boolean {
  const etag = textOf(headers, 'etag')
  return etag === undefined || known.etag === undefined || opaque(etag) === opaque(known.etag)
}

function textOf(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** What is sent back has to be a tag and nothing else. */
function isEtag(text: string): boolean {
  return text.length <= 256 && /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(text)
}

function isHttpDate(text: string): boolean {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, '')
}

/** hgweb's tag is the second of the last change: two commits within one second have the same. */
function secondOf(etag: string): number | undefined {
  const seconds = /^W\/"(\d{9,11})"$/.exec(etag)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

/** @param changed undefined for a tag that is not made of a time */
function isSettled(changed: number | undefined, date: number): boolean {
  return changed === undefined || date - changed >= settled
}
