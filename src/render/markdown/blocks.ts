/** A part of a page, as our own pages are written. */
export type Block =
  | {readonly kind: 'heading'; readonly level: number; readonly text: string}
  | {readonly kind: 'paragraph'; readonly text: string}
  | {readonly kind: 'item'; readonly mark: string; readonly indent: number; readonly text: string}
  | {readonly kind: 'code'; readonly lines: readonly string[]}
  | {readonly kind: 'table'; readonly rows: readonly (readonly string[])[]}

/** Takes a page of Markdown apart: headings, paragraphs, lists, tables and code, as our own pages have them. */
export function blocksOf(markdown: string): readonly Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length;) {
    const {block, next} = blockAt(lines, at)
    if (block !== undefined) blocks.push(block)
    at = next
  }
  return blocks
}

interface Found {
  readonly block?: Block
  /** The line behind it. */
  readonly next: number
}

function blockAt(lines: readonly string[], at: number): Found {
  const line = lines[at] ?? ''
  if (line.trim() === '') return {next: at + 1}
  if (line.startsWith('```')) return fenced(lines, at)
  if (line.startsWith('    ')) return indented(lines, at)
  if (line.startsWith('|')) return table(lines, at)
  const [, marks, title] = /^(#{1,6}) (.+)$/.exec(line) ?? []
  if (marks !== undefined && title !== undefined)
    return {block: {kind: 'heading', level: marks.length, text: title}, next: at + 1}
  return running(lines, at)
}

function fenced(lines: readonly string[], at: number): Found {
  const end = lines.indexOf('```', at + 1)
  const last = end === -1 ? lines.length : end
  return {block: {kind: 'code', lines: lines.slice(at + 1, last)}, next: last + 1}
}

function indented(lines: readonly string[], at: number): Found {
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('    '))
  const last = end === -1 ? lines.length : end
  return {block: {kind: 'code', lines: lines.slice(at, last).map((line) => line.slice(4))}, next: last}
}

function table(lines: readonly string[], at: number): Found {
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('|'))
  const last = end === -1 ? lines.length : end
  const rows = lines
    .slice(at, last)
    .filter((line) => !/^\|[\s|:-]+\|$/.test(line))
    .map(cellsIn)
  return {block: {kind: 'table', rows}, next: last}
}

/** A bar in a cell is written `\|`. */
function cellsIn(row: string): readonly string[] {
  return row
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** A paragraph, or an item of a list, with the lines that go on with it. */
function running(lines: readonly string[], at: number): Found {
  const [, blanks = '', mark, first] = /^( *)([-*]|\d+\.) +(.+)$/.exec(lines[at] ?? '') ?? []
  const parts = [first ?? lines[at] ?? '']
  let next = at + 1
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? ''
    if (line.trim() === '' || /^(?:```|\||#{1,6} )/.test(line) || /^ *(?:[-*]|\d+\.) /.test(line)) break
    parts.push(line)
  }
  const text = parts.map((part) => part.trim()).join(' ')
  if (mark === undefined) return {block: {kind: 'paragraph', text}, next}
  return {block: {kind: 'item', mark: mark === '*' ? '-' : mark, indent: blanks.length, text}, next}
}
