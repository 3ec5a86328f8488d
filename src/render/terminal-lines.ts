import {filled} from './fill.ts'
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
  // The blanks in front are the line's own.
  const [, front = '', rest = ''] = /^(\s*)(.*)$/s.exec(line) ?? []
  const rows = filled(rest.split(' '), (row) => width - (row === 0 ? front.length : indent))
  return rows.map((row, at) => (at === 0 ? front : ' '.repeat(indent)) + row)
}
