import {inLine} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {cut, wrap} from './prose.ts'
import {widthOf} from './width.ts'

/** A column of a table that fits the terminal. */
export interface Column {
  readonly title: string
  /**
   * Where the text may be folded, the columns that it has at least, or else lines of its own; a word that is wider is cut.
   * At most one column of a table, its last.
   */
  readonly fold?: number
  /** Numbers stand at the right edge. */
  readonly right?: true
  /** Left out where there is no room; of several, the highest goes first. */
  readonly spare?: number
}

/** What stands in a column: a text of one line, and what it looks like. */
export interface Cell {
  readonly text: string
  readonly style?: (text: string) => string
  /** Lines below the row, of the cell in the first column. */
  readonly below?: readonly string[]
}

type Row = readonly (Cell | string)[]

const gap = 2
/** A first column that is narrower would have nearly every row on two lines. */
const leastFirst = 22

/** Which columns of a table are shown, and how wide. */
interface Plan {
  /** Indices of the columns. */
  readonly shown: readonly number[]
  readonly widths: readonly number[]
  /** The column that has a line of its own below the others. */
  readonly under: number | undefined
}

/**
 * Writes a table with a header that is never wider than the terminal: what may be folded is, spare columns are left out, and
 * a first cell that is too long stands on a line of its own. [] where there are no rows.
 * @param columns of the terminal; Infinity for a table as wide as it is
 */
export function fitted(heads: readonly Column[], rows: readonly Row[], columns: number): string[] {
  if (rows.length === 0) return []
  const cells = rows.map((row) => row.map(cellOf))
  const plan = planOf(heads, cells, columns)
  const title = heads.map(({title: text}) => ({text, style: pc.dim}))
  return [title, ...cells].flatMap((row) => rowLines(row, heads, {plan, columns}))
}

/** Writes a table as `fitted` does, two blanks from the left edge. */
export function fittedInside(heads: readonly Column[], rows: readonly Row[], columns: number): string[] {
  return fitted(heads, rows, columns - 2).map((line) => `  ${line}`)
}

function cellOf(cell: Cell | string): Cell {
  return typeof cell === 'string' ? {text: inLine(cell)} : {...cell, text: inLine(cell.text)}
}

function planOf(heads: readonly Column[], rows: readonly (readonly Cell[])[], columns: number): Plan {
  const natural = heads.map(({title}, index) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[index]?.text ?? '')), widthOf(title)),
  )
  // What no row has is no column.
  let shown = heads.flatMap((_, index) => (rows.some((row) => row[index]?.text !== '') ? [index] : []))
  const last = shown.findLast((index) => heads[index]?.fold !== undefined)
  const least = (index: number): number => Math.min(natural[index] ?? 0, heads[index]?.fold ?? Infinity)
  const width = (of: (index: number) => number): number =>
    shown.reduce((sum, index) => sum + gap + of(index), -gap)
  for (;;) {
    const spare = width((index) => natural[index] ?? 0) <= columns ? undefined : spareOf(heads, shown)
    if (spare === undefined) break
    shown = shown.filter((index) => index !== spare)
  }
  if (width(least) <= columns) return widened({shown, natural, last, columns})
  const [first = 0] = shown
  const room = columns - (width(least) - least(first))
  if (room >= leastFirst) return widened({shown, natural: natural.with(first, room), last, columns})
  const beside = shown.filter((index) => index !== last)
  return {shown: beside, widths: natural, under: last}
}

function spareOf(heads: readonly Column[], shown: readonly number[]): number | undefined {
  const spares = shown.filter((index) => heads[index]?.spare !== undefined)
  return spares.sort((a, b) => (heads[b]?.spare ?? 0) - (heads[a]?.spare ?? 0))[0]
}

/** Gives what may be folded the room that the others leave. */
function widened(given: {
  readonly shown: readonly number[]
  readonly natural: readonly number[]
  readonly last: number | undefined
  readonly columns: number
}): Plan {
  const {shown, natural, last, columns} = given
  if (last === undefined) return {shown, widths: natural, under: undefined}
  const others = shown.reduce((sum, index) => sum + (index === last ? 0 : (natural[index] ?? 0) + gap), 0)
  const room = Math.min(natural[last] ?? 0, columns - others)
  return {shown, widths: natural.with(last, room), under: undefined}
}

function rowLines(
  row: readonly Cell[],
  heads: readonly Column[],
  {plan, columns}: {readonly plan: Plan; readonly columns: number},
): string[] {
  const {shown, widths, under} = plan
  const [first = 0, ...others] = shown
  const width = widths[first] ?? 0
  const head = row[first] ?? {text: ''}
  const isLong = widthOf(head.text) > width && others.length > 0
  const rest = others.map((index) => aligned(row[index] ?? {text: ''}, widths[index] ?? 0, heads[index]))
  const front = isLong ? ' '.repeat(width) : aligned(head, width, heads[first])
  const line = [front, ...rest].join(' '.repeat(gap)).trimEnd()
  const below = under === undefined ? undefined : row[under]
  return [
    ...(isLong ? [styled(head, head.text)] : []),
    ...(line === '' ? [] : [line]),
    ...moreLines(row, heads, plan),
    ...(below === undefined ? [] : foldedCell(below, columns - 2).map((part) => `  ${part}`)),
    ...(head.below ?? []),
  ]
}

/** What did not fit on the line of what is folded, below its beginning. */
function moreLines(row: readonly Cell[], heads: readonly Column[], {shown, widths}: Plan): string[] {
  const last = shown.findLast((index) => heads[index]?.fold !== undefined)
  if (last === undefined || last === shown[0]) return []
  const before = shown.slice(0, shown.indexOf(last))
  const indent = before.reduce((sum, index) => sum + (widths[index] ?? 0) + gap, 0)
  const [, ...more] = foldedCell(row[last] ?? {text: ''}, widths[last] ?? 0)
  return more.map((part) => ' '.repeat(indent) + part)
}

function foldedCell(cell: Cell, width: number): string[] {
  if (cell.text === '') return []
  return wrap(cell.text, width).map((part) => styled(cell, cut(part, width)))
}

function aligned(cell: Cell, width: number, head: Column | undefined): string {
  const [first = ''] =
    head?.fold === undefined ? [styled(cell, cut(cell.text, width))] : foldedCell(cell, width)
  const blanks = ' '.repeat(Math.max(0, width - widthOf(first)))
  return head?.right === true ? blanks + first : first + blanks
}

function styled({style}: Cell, text: string): string {
  return text === '' || style === undefined ? text : style(text)
}
