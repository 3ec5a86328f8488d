import type {Names} from './names.ts'
import {readNames} from './names.ts'
import type {Outline} from './outline.ts'
import {readOutline} from './outline.ts'
import type {TextSource} from './source.ts'
import {readSource} from './source.ts'

/** A text with what all readers of references ask of it. */
export interface Reading {
  readonly source: TextSource
  readonly outline: Outline
  readonly names: Names
  /** Whether `#` begins a heading, not a comment. */
  readonly isMarkdown: boolean
}

/**
 * Reads a text once for all that looks for references in it.
 * @param others texts that give values to variables that this one leaves without
 */
export function readText(text: string, others: readonly string[]): Reading {
  const source = readSource(text)
  const outline = readOutline(source)
  const isMarkdown = /^(?:```|~~~)|\]\(https?:/m.test(text)
  const elsewhere = others.map((other) => readNames(other, readOutline(readSource(other), false), []))
  return {source, outline, names: readNames(text, outline, elsewhere), isMarkdown}
}
