import {out as pc} from './colours.ts'
import {hanging} from './prose.ts'

/** A row of a list of facts: what it is, and the text, which is folded. Those without a text are left out. */
export type Labelled = readonly [label: string, text: string]

/** Columns that labels take, those on both sides of them too. */
const labelColumns = 13

/** Writes facts below each other, moved in, the texts in a column of their own that is folded to the terminal's width. */
export function labelled(rows: readonly Labelled[], columns: number): string[] {
  return rows
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) =>
      hanging(`  ${pc.dim(label)}`.padEnd(labelColumns + pad(label)), text, columns),
    )
}

/** Characters of a label that take no columns. */
function pad(label: string): number {
  return pc.dim(label).length - label.length
}

/** Names commands that may come next, each on a line to copy. @param commands without the name of the program */
export function nextLines(commands: readonly string[]): string[] {
  return commands.map(
    (command, index) => `${index === 0 ? pc.dim('next: ') : '      '}prosody-mods ${command}`,
  )
}
