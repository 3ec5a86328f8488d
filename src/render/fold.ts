import {filled} from './fill.ts'
import {uncoloured} from './colours.ts'
import {widthOf} from './width.ts'

/** Lines to copy into a shell or a Dockerfile. */
const command =
  /^\s*(?:(?:next|fix|apply): )?(?:RUN|COPY|FROM|ENV|apt-get|install|luarocks|prosody-mods|npm|npx|docker) /

/** A command that begins with variables, in code. */
const settings = /^\s*(?:[A-Z_]+=\S+ )+prosody-mods /

/**
 * Breaks lines that are wider than the terminal between words, and moves what follows in: below the last column of a
 * table, as far as there is room, else two further than the line. A command goes on behind a backslash, so that it does
 * the same when it is copied; diffs stay as they are.
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

/** Breaks a line of code where it is a command that is too wide; any other line of code is what it is. */
export function foldedCode(line: string, columns: number): string {
  return command.test(line) || settings.test(line) ? foldedCommand(line, columns) : line
}

function foldedLine(line: string, columns: number): string {
  // No text is wider than twice its length, and most lines are short.
  if (line.length * 2 <= columns || widthOf(line) <= columns) return line
  if (command.test(line)) return foldedCommand(line, columns)
  const {head, body} = parts(line, columns)
  const hang = head === '' || head.trim() === '' ? widthOf(head) + 2 : widthOf(head)
  return placed(head, body, {columns, hang}).join('\n')
}

/** A word that has no room where it would begin stands as far to the left as it must, unless no line could hold it. */
function placed(
  head: string,
  body: string,
  {columns, hang}: {readonly columns: number; readonly hang: number},
): string[] {
  const rows = filled(body.split(' '), (row) => columns - (row === 0 ? widthOf(head) : hang))
  const [first = '', ...others] = rows
  const isAlone = head.trim() !== '' && widthOf(head) + widthOf(first) > columns
  const front = isAlone ? head.trimEnd() : head + first
  const margin = isAlone ? (/^ */.exec(head)?.[0].length ?? 0) + 2 : hang
  return [
    front,
    ...(isAlone ? rows : others).map((row) => {
      const room = columns - widthOf(row)
      return ' '.repeat(room < 0 ? margin : Math.min(margin, room)) + row
    }),
  ]
}

/**
 * Breaks a command for a shell that is too wide between its words, each line but the last with a backslash behind it, which joins them
 * again for a shell as for a Dockerfile. One with a comment stays as it is, for that would swallow the backslash.
 */
export function foldedCommand(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line
  const indent = /^ */.exec(line)?.[0].length ?? 0
  const words = shellWords(line.slice(indent))
  if (words === undefined) return line
  const hang = indent + 4
  const rows = filled(words, (row) => columns - (row === 0 ? indent : hang) - 2)
  return rows.map((row, at) => ' '.repeat(at === 0 ? indent : hang) + row).join(' \\\n')
}

/** Words as a shell takes them apart, quotation marks and all; undefined where there is a comment or a line goes on. */
function shellWords(text: string): string[] | undefined {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? []
  const isPlain = words.join(' ') === text && !words.some((word) => word.startsWith('#'))
  return isPlain ? words : undefined
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
