import {knownText, type Field, type Segment, type Value} from '../value.ts'

/** A stretch of a word before it is split; `break` stands between the elements of "$@". */
export type Piece =
  | {readonly kind: 'text'; readonly segment: Segment; readonly splits: boolean; readonly isPattern: boolean}
  | {readonly kind: 'break'}

/** Makes pieces of a value. */
export function piecesOf(value: Value, splits: boolean): readonly Piece[] {
  return value.map((segment) => ({
    kind: 'text',
    segment,
    splits,
    isPattern: segment.isPattern === true || (splits && segment.isKnown && /[*?[]/.test(segment.text)),
  }))
}

/** A quoted nothing is a field; an unquoted one is none. */
interface Open {
  segments: Segment[]
  isPattern: boolean
  isThere: boolean
}

/** Splits pieces into fields at blanks of those that are not quoted. */
export function fieldsOf(pieces: readonly Piece[]): readonly Field[] {
  const fields: Field[] = []
  let open: Open = {segments: [], isPattern: false, isThere: false}
  const close = (): void => {
    if (open.isThere) fields.push({value: open.segments, isPattern: open.isPattern})
    open = {segments: [], isPattern: false, isThere: false}
  }
  const add = (segment: Segment, isPattern: boolean): void => {
    open.segments.push(segment)
    open.isThere = true
    open.isPattern ||= isPattern
  }
  for (const piece of pieces) {
    if (piece.kind === 'break') close()
    else if (!piece.splits || !piece.segment.isKnown) add(piece.segment, piece.isPattern)
    else {
      piece.segment.text.split(/[ \t\n]+/).forEach((text, index) => {
        if (index > 0) close()
        if (text !== '') add({text, isKnown: true}, piece.isPattern)
      })
    }
  }
  close()
  return fields
}

/** Splits a value at characters, as `read` and unquoted expansions do; undefined where it is not known. */
export function splitAt(value: Value, separators: string): readonly string[] | undefined {
  const text = knownText(value)
  if (text === undefined) return undefined
  const isBlank = /^\s*$/.test(separators)
  const parts = text.split(
    new RegExp(`[${separators.replaceAll(/[\]\\^-]/g, String.raw`\$&`)}]${isBlank ? '+' : ''}`),
  )
  return isBlank ? parts.filter((part) => part !== '') : parts
}
