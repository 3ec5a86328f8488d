import {visible} from '../../plain-text.ts'
import {out as pc} from '../colours.ts'
import {foldedCode} from '../fold.ts'
import {widthOf} from '../width.ts'
import {termRows, wrap} from '../wrap.ts'
import {blocksOf, type Block} from './blocks.ts'
import {inline} from './inline.ts'

/**
 * Lays a page of ours out for a terminal: a table that does not fit becomes terms with what belongs to each below.
 * @param markdown as docs/ has it
 */
export function renderPage(markdown: string, columns: number): string {
  const blocks = blocksOf(markdown)
  const lines = blocks.flatMap((block, at) => {
    const before = blocks[at - 1]
    const isClose =
      before === undefined ||
      (before.kind === 'heading' && before.level > 1) ||
      (block.kind === 'item' && before.kind === 'item')
    return [...(isClose ? [] : ['']), ...blockLines(block, columns)]
  })
  return `${lines.join('\n')}\n`
}

/** Below a heading, what it is about is moved in. */
const indent = 2

function blockLines(block: Block, columns: number): string[] {
  switch (block.kind) {
    case 'heading': {
      // The name of a file is what it is.
      const text = block.level === 2 && !block.text.includes('.') ? block.text.toUpperCase() : block.text
      return wrap(inline(text), {columns, indent: block.level > 2 ? 1 : 0}).map((line) => pc.bold(line))
    }
    case 'paragraph':
      return wrap(inline(block.text), {columns, indent})
    case 'item': {
      const margin = indent + block.indent
      const text = `${block.mark}\u00a0${inline(block.text)}`
      return wrap(text, {columns, indent: margin, hang: margin + block.mark.length + 1})
    }
    case 'code':
      return block.lines.flatMap((line) => {
        const text = (' '.repeat(indent + 2) + visible(line)).trimEnd()
        return foldedCode(text, columns).split('\n')
      })
    case 'table':
      return tableLines(block.rows, columns)
  }
}

/** Columns that the last cells have at least, or the table is none. */
const leastRoom = 30

function tableLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const shown = rows.map((row) => row.map(inline))
  const [head = [], ...body] = shown
  const last = head.length - 1
  const widths = head.map((_, at) => Math.max(...shown.map((row) => widthOf(row[at] ?? ''))))
  const front = widths.slice(0, last).reduce((sum, width) => sum + width + 2, indent)
  const isWide = front + Math.min(widths[last] ?? 0, leastRoom) > columns
  if (isWide) return body.flatMap((row, at) => [...(at === 0 ? [] : ['']), ...entryLines(head, row, columns)])
  return [head.map((cell) => pc.dim(cell)), ...body].flatMap((row) => {
    const cells = row
      .slice(0, last)
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell) + 2))
    return termRows([[cells.join('').trimEnd(), row[last] ?? '']], {columns, indent, hang: front})
  })
}

/** A row by itself: what it is about, and below what its other cells say of it. */
function entryLines(head: readonly string[], row: readonly string[], columns: number): string[] {
  const [term = '', ...cells] = row
  return [
    ...wrap(pc.bold(term), {columns, indent}),
    ...cells.flatMap((cell, at) => {
      if (cell === '') return []
      const label = at === cells.length - 1 ? '' : `${(head[at + 1] ?? '').toLowerCase()}: `
      return wrap(label + cell, {columns, indent: indent + 2})
    }),
  ]
}
