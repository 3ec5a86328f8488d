import {filled} from './fill.ts'
import {widthOf} from './width.ts'

/** How text is laid out in columns of a terminal. */
export interface Layout {
  /** Columns that a line may take. */
  readonly columns: number
  /** Blanks in front of the first line; 0 by default. */
  readonly indent?: number
  /** Blanks in front of all others; as the first by default. */
  readonly hang?: number
}

/**
 * Breaks a text at its blanks into lines that fit, a word that is wider on a line of its own. Blanks in a row count as
 * one; a no-break space (U+00A0) keeps words together and is printed as a blank.
 */
export function wrap(text: string, {columns, indent = 0, hang = indent}: Layout): string[] {
  const words = text.split(/[ \n\t]+/).filter((one) => one !== '')
  const margin = (row: number): number => (row === 0 ? indent : hang)
  return filled(words, (row) => columns - margin(row)).map((one, at) =>
    (' '.repeat(margin(at)) + one).replaceAll('\u00a0', ' ').trimEnd(),
  )
}

/** Lines of a page are read from beginning to end: longer ones are not. */
const mostColumns = 100
/** Where nothing is known of a terminal. */
const usualColumns = 80

/** Returns how many columns a page may take: those of the terminal, within reason. */
export function pageColumns(
  stream: {readonly isTTY?: boolean; readonly columns?: number} = process.stdout,
): number {
  const columns = stream.isTTY === true && stream.columns ? stream.columns : usualColumns
  return Math.min(Math.max(columns, 30), mostColumns)
}

/**
 * Writes rows of a term and its text, all texts in one column, which are wrapped; a term that is too wide stands on a
 * line of its own. @param layout of which `hang` counts from the left edge, for the texts
 */
export function termRows(rows: readonly (readonly [term: string, text: string])[], layout: Layout): string[] {
  const {columns, indent = 0} = layout
  const widest = Math.max(0, ...rows.map(([term]) => widthOf(term)))
  const hang = layout.hang ?? Math.min(indent + widest + 2, Math.floor(columns / 2.5))
  return rows.flatMap(([term, text]) => {
    const room = hang - indent - widthOf(term)
    const [first = '', ...rest] = text === '' ? [''] : wrap(text, {columns, indent: hang})
    const front = ' '.repeat(indent) + term
    if (room < 2) return [front, first, ...rest].filter((line) => line !== '')
    return [(front + ' '.repeat(room) + first.slice(hang)).trimEnd(), ...rest]
  })
}
