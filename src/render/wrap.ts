import {widthOf} from './width.ts'

/** Columns below which nothing would be left of a line. */
const fewest = 20

/** What the rest of a line is moved in by, more than the line: further than notes on it, which have two. */
const hanging = 4

/**
 * Breaks the lines of a report between words where the terminal that it goes to is narrower; elsewhere lines stay whole
 * for whatever reads them.
 */
export function forTerminal(text: string): string {
  const {isTTY, columns} = process.stdout
  return isTTY ? wrapped(text, columns) : text
}

/** Breaks lines that take more columns between words. Lines of a Dockerfile are there to be copied, and stay. */
export function wrapped(text: string, columns: number): string {
  if (columns < fewest) return text
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= columns || /^ *RUN /.test(line) ? line : broken(line, columns)))
    .join('\n')
}

function broken(line: string, columns: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? ''
  const inner = ' '.repeat(indent.length + hanging)
  const lines: string[] = []
  let current = indent
  let isFresh = true
  // Blanks go with the word behind them, and away where the line is broken there.
  for (const [, blanks = '', word = ''] of line.slice(indent.length).matchAll(/( *)([^ ]+)/g)) {
    const longer = `${current}${isFresh ? '' : blanks}${word}`
    if (isFresh || widthOf(longer) <= columns) current = longer
    else {
      lines.push(current)
      current = `${inner}${word}`
    }
    isFresh = false
  }
  return [...lines, current]
}
