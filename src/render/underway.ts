import type {ProgressEvent} from '../progress.ts'
import {inLine} from '../plain-text.ts'
import {sizeText} from '../text/size.ts'
import {widthOf} from './width.ts'

interface Archive {
  readonly bytes: number
  readonly total: number | undefined
  readonly since: number
}

/** What a command has asked for, and how much of it has come. Times are milliseconds. */
export class Underway {
  readonly #began: number
  #asked = 0
  #firstByte: number | undefined
  #planned = 0
  #served = 0
  #bytes = 0
  /** Of what was asked for last, before anything was planned. */
  #answered = 0
  #url: URL | undefined
  #archive: Archive | undefined

  constructor(now: number) {
    this.#began = now
  }

  /** Notes an event of the command's progress. @param now milliseconds */
  note(event: ProgressEvent, now: number): void {
    switch (event.type) {
      case 'request':
        this.#url = URL.canParse(event.url) ? new URL(event.url) : undefined
        this.#asked = now
        this.#answered = 0
        break
      case 'planned':
        this.#planned += event.files
        break
      case 'served':
        this.#served += event.files
        break
      case 'piece':
        this.#answered += event.bytes
        if (this.#planned === 0) break
        this.#firstByte ??= now
        this.#bytes += event.bytes
        break
      case 'large-download':
        this.#archive = {bytes: 0, total: event.bytes, since: now}
        break
      case 'received':
        this.#archive = {bytes: event.bytes, total: event.total, since: this.#archive?.since ?? now}
        break
      case 'archive-read':
        this.#archive = undefined
        break
      default:
    }
  }

  /** Returns for how many milliseconds the command has run. */
  age(now: number): number {
    return now - this.#began
  }

  /** Writes a line of at most so many columns; '' while nothing is known to be under way. */
  text(now: number, columns: number): string {
    if (this.#url === undefined) return ''
    const {host, pathname} = this.#url
    const name = inLine(decoded(pathname.split('/').findLast((part) => part !== '') ?? ''))
    if (this.#archive !== undefined)
      return fitted([...this.#archiveParts(this.#archive, now)], [host], columns)
    if (this.#planned === 0) {
      const come = this.#answered === 0 ? [] : [sizeText(this.#answered)]
      return fitted(
        [`asking ${host}`, `${Math.floor((now - this.#asked) / 1000)} s`, ...come],
        [name],
        columns,
      )
    }
    const done = Math.min(this.#served, this.#planned)
    const rate = this.#firstByte === undefined ? [] : rateOf(this.#bytes, now - this.#firstByte)
    const parts = [`fetching ${done}/${this.#planned}`, sizeText(this.#bytes), ...rate]
    return fitted(parts, [host, name], columns)
  }

  #archiveParts({bytes, total, since}: Archive, now: number): string[] {
    const amount = total === undefined ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(total)}`
    const left = total === undefined || bytes === 0 ? undefined : ((total - bytes) * (now - since)) / bytes
    return [
      `fetching an archive, ${amount}`,
      ...rateOf(bytes, now - since),
      ...(left === undefined ? [] : [`${Math.ceil(left / 1000)} s left`]),
    ]
  }
}

function rateOf(bytes: number, milliseconds: number): string[] {
  return bytes === 0 || milliseconds < 1000 ? [] : [`${sizeText((bytes * 1000) / milliseconds)}/s`]
}

/** A name that can't be decoded stays as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Numbers first; then, as far as there is room, where from, and the name, cut from its left. */
function fitted(parts: readonly string[], names: readonly string[], columns: number): string {
  const [host, name] = names.length === 2 ? names : [undefined, names[0]]
  const numbers = parts.join('  ')
  const room = columns - numbers.length - 2
  if (name === undefined || room < 8) return numbers.slice(0, columns)
  const besides = host !== undefined && room - host.length - 2 >= Math.min(widthOf(name), 24) ? [host] : []
  const rest = room - (besides[0] === undefined ? 0 : besides[0].length + 2)
  return [numbers, ...besides, tail(name, rest)].join('  ')
}

function tail(name: string, width: number): string {
  if (widthOf(name) <= width) return name
  let cut = Array.from(name)
  while (cut.length > 0 && widthOf(cut.join('')) > width - 1) cut = cut.slice(1)
  return `…${cut.join('')}`
}
