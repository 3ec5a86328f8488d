import {filled} from './fill.ts'
import {uncoloured} from './colours.ts'
import {widthOf} from './width.ts'

/** Lines to copy, which a line break would cut in two. */
const command =
  /^\s*(?:(?:next|fix|apply): )?(?:RUN|COPY|FROM|ENV|apt-get|luarocks|prosody-mods|npm|npx|docker) /

/**
 * Breaks lines that are wider than the terminal between words, and moves what follows in: below the last column of a
 * table, as far as there is room, else two further than the line. Commands to copy and diffs stay as they are.
 * @param columns of the terminal
 */
export function folded(text: string, columns: number): string {
  let isDiff = false
  return text
    .split('\n')
    .map((line) => {
      const plain = uncoloured(line)
      isDiff = isDiff ? /^[-+@ \\]/.test(plain) : plain.startsWith('--- ')
      return isDiff ? line : foldedLine(line, columns)
    })
    .join('\n')
}

function foldedLine(line: string, columns: number): string {
  // No text is wider than twice its length, and most lines are short.
  if (line.length * 2 <= columns || widthOf(line) <= columns || command.test(line)) return line
  const {head, body} = parts(line, columns)
  const hang = head === '' || head.trim() === '' ? widthOf(head) + 2 : widthOf(head)
  const rows = filled(body.split(' '), (row) => columns - (row === 0 ? widthOf(head) : hang))
  return rows.map((row, at) => (at === 0 ? head : ' '.repeat(hang)) + row).join('\n')
}

/** What stays in front, and what is broken: the last column that begins in the first half of the line. */
function parts(line: string, columns: number): {readonly head: string; readonly body: string} {
  const indent = /^ */.exec(line)?.[0].length ?? 0
  const starts = [...line.slice(indent).matchAll(/ {2,}(?=[^ ])/g)].map(
    ({index, 0: blanks}) => indent + index + blanks.length,
  )
  const start = starts.findLast((at) => widthOf(line.slice(0, at)) <= columns / 2) ?? indent
  return {head: line.slice(0, start), body: line.slice(start)}
}
