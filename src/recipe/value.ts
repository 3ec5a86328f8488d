import type {Word} from './types.ts'

/** A stretch of a value: known, or standing as it is written. */
export interface Segment {
  readonly text: string
  readonly isKnown: boolean
  /** Of a loop over files: names that match are not known, so that it is a pattern in quotes too. */
  readonly isPattern?: boolean
}

/** A value, as far as it can be told. */
export type Value = readonly Segment[]

/** What a word becomes where it is split into fields: a value of which one field is made. */
export interface Field {
  readonly value: Value
  /** As in Word. */
  readonly isPattern: boolean
}

/** Longer values stand as they are written: a script can double a variable until no memory holds it. */
const longest = 65_536

/** Makes a value of a text that is known. */
export function known(text: string): Value {
  return [{text, isKnown: true}]
}

/** Makes a value that stands as it is written. */
export function unknown(written: string): Value {
  return [{text: written, isKnown: false}]
}

/** Joins values; gives the written form where the whole is too long to be kept. */
export function joinValues(values: readonly Value[], written: string): Value {
  const all = values.flat()
  const length = all.reduce((sum, segment) => sum + segment.text.length, 0)
  return length > longest ? unknown(written.slice(0, 200)) : all
}

/** Gives the text of a value that is known to its end, undefined for others. */
export function knownText(value: Value): string | undefined {
  return value.every(({isKnown}) => isKnown) ? textOf(value) : undefined
}

/** Gives the text of a value, with what can't be told as it is written. */
export function textOf(value: Value): string {
  return value.map(({text}) => text).join('')
}

/** Makes the word of a field. */
export function wordOf({value, isPattern}: Field): Word {
  return {
    text: textOf(value),
    unknown: value.flatMap(({text, isKnown}) => (isKnown ? [] : [text])),
    isPattern,
  }
}

/** Makes the word of a text that is known. */
export function literalWord(text: string): Word {
  return {text, unknown: [], isPattern: false}
}
