import {widthOf} from './width.ts'

/**
 * Fills rows with words, a blank between two, as far as there is room; a word that is wider than a row stands alone in
 * one. Of several blanks, which are empty words, none begins or ends a row. Gives one row at least.
 * @param room columns that a row has, by its number from 0
 */
export function filled(words: readonly string[], room: (row: number) => number): string[] {
  const rows: string[] = []
  let row = ''
  for (const word of words) {
    const longer = row === '' ? word : `${row} ${word}`
    if (row === '' || widthOf(longer) <= room(rows.length)) {
      row = longer
      continue
    }
    rows.push(row.trimEnd())
    row = word
  }
  return [...rows, row.trimEnd()]
}
