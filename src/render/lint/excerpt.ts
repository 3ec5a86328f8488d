import type {SourcePart} from '../../lint/source/source-lines.ts'
import {cellsOf, type Cell} from './cells.ts'

/** A line to show, and what to show below it. */
export interface Excerpt {
  readonly text: string
  /** Blanks, and the carets that stand below the finding. */
  readonly carets: string
}

interface Span {
  readonly column: number
  readonly endColumn: number
}

interface PlacedCell extends Cell {
  /** Column of the terminal, from 0. */
  readonly at: number
  readonly isMarked: boolean
}

/**
 * Cuts out the line of a finding, of a long one what is around the finding, in at most `width` columns of a terminal.
 */
export function excerpt({source, sourceColumn = 1}: SourcePart, span: Span, width: number): Excerpt {
  const cells = placed(source, {column: span.column - sourceColumn, endColumn: span.endColumn - sourceColumn})
  const length = endOf(cells.at(-1))
  const marked = cells.filter(({isMarked}) => isMarked)
  // Behind the end of the line: where a name is missing, for one.
  const start = marked[0]?.at ?? length
  const end = endOf(marked.at(-1)) || start + 1
  const isCut = sourceColumn > 1
  if (!isCut && Math.max(length, end) <= width) {
    return {text: joined(cells), carets: ' '.repeat(start) + '^'.repeat(Math.max(1, end - start))}
  }
  const [from, to] = window({start, end, length, isCut}, width)
  const shown = cells.filter((cell) => cell.at >= from && endOf(cell) <= to)
  const first = shown[0]?.at ?? from
  const left = from > 0 || isCut ? '…' : ''
  const right = endOf(shown.at(-1)) < length ? '…' : ''
  const run = Math.max(1, Math.min(end, endOf(shown.at(-1))) - start)
  return {
    text: `${left}${joined(shown)}${right}`,
    carets: ' '.repeat(left.length + start - first) + '^'.repeat(run),
  }
}

function placed(source: string, {column, endColumn}: Span): PlacedCell[] {
  let at = 0
  let character = 0
  return cellsOf(source).map(({text, width, length}) => {
    const isMarked = character <= endColumn && character + length > column
    const cell = {text, width, length, at, isMarked}
    at += width
    character += length
    return cell
  })
}

interface Extent {
  readonly start: number
  readonly end: number
  readonly length: number
  readonly isCut: boolean
}

/** Which columns to show: from the line's beginning where the finding is seen then, or else with it in the middle. */
function window({start, end, length, isCut}: Extent, width: number): readonly [from: number, to: number] {
  if (!isCut && end < width) return [0, width - 1]
  const room = width - 2
  const before = Math.max(Math.floor(room / 5), Math.floor((room - (end - start)) / 2))
  const from = Math.max(isCut ? 0 : 1, Math.min(start - before, length - room))
  return [from, from + room]
}

function endOf(cell: PlacedCell | undefined): number {
  return cell === undefined ? 0 : cell.at + cell.width
}

function joined(cells: readonly Cell[]): string {
  return cells
    .map(({text}) => text)
    .join('')
    .trimEnd()
}
