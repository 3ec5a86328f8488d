import {widthOf} from './width.ts'

/** Columns that lines are folded at: the terminal's; where there is none, lines are left whole. */
export function columns(): number {
  const {isTTY, columns: wide} = process.stdout
  return isTTY && wide > 0 ? Math.max(wide, 40) : Number.POSITIVE_INFINITY
}

/**
 * Folds a line at its blanks so that it fits; what follows is moved in. A word that is longer than a line stays whole.
 * @param indent columns that the lines behind the first begin with
 */
export function folded(line: string, indent: number, width = columns()): string[] {
  if (widthOf(line) <= width) return [line]
  const rows: string[] = []
  let row = ''
  // The blanks in front are the line's own.
  const [, front = '', rest = ''] = /^(\s*)(.*)$/s.exec(line) ?? []
  for (const word of rest.split(' ')) {
    const next = row === '' ? `${rows.length === 0 ? front : ' '.repeat(indent)}${word}` : `${row} ${word}`
    if (row === '' || widthOf(next) <= width) {
      row = next
      continue
    }
    rows.push(row.trimEnd())
    // Of several blanks none stands at the beginning of a row.
    row = word === '' ? '' : ' '.repeat(indent) + word
  }
  return row === '' ? rows : [...rows, row]
}
