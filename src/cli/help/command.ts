import {out as pc} from '../../render/colours.ts'
import {pageColumns, termRows, wrap} from '../../render/wrap.ts'
import {globalFlags, type CommandDefinition} from '../definition.ts'
import {flagRows} from './flags.ts'
import {families} from './groups.ts'

/** Lays out the help on a command for the terminal. */
export function renderCommand(name: string, definition: CommandDefinition): string {
  const columns = pageColumns()
  const {operands, flags, description, examples, summary} = definition
  const words = operands === undefined ? '' : ` ${operandText(operands)}`
  const argument: readonly (readonly [string, string])[] =
    operands === undefined ? [] : [[operandText(operands), operands.description]]
  return sections(wrap(summary, {columns}), [
    ['USAGE', wrap(`$ prosody-mods ${name}${words} [flags]`, {columns, indent: 2, hang: 6})],
    ['ARGUMENTS', termRows(argument, {columns, indent: 2})],
    ['FLAGS', termRows(flagRows(flags), {columns, indent: 2})],
    ['FLAGS OF EVERY COMMAND', termRows(flagRows(globalFlags), {columns, indent: 2})],
    ['DESCRIPTION', paragraphs(description ?? '').flatMap((text) => wrap(text, {columns, indent: 2}))],
    ['EXAMPLES', examples.map((example) => `  $ ${example.replace(/^\$ /, '')}`)],
  ])
}

/** Lays out the help on commands that begin with the same word; undefined where none does. */
export function renderFamily(
  word: string,
  commands: ReadonlyMap<string, CommandDefinition>,
): string | undefined {
  const summary = Object.hasOwn(families, word) ? families[word] : undefined
  if (summary === undefined) return undefined
  const columns = pageColumns()
  const members = [...commands].filter(([name]) => name.startsWith(`${word} `))
  const rows = members.map(([name, definition]) => [name, definition.summary] as const)
  return sections(wrap(summary, {columns}), [
    ['USAGE', [`  $ prosody-mods ${word} <command> [flags]`]],
    ['COMMANDS', termRows(rows, {columns, indent: 2})],
  ])
}

function sections(front: readonly string[], all: readonly (readonly [string, readonly string[]])[]): string {
  const shown = all.filter(([, lines]) => lines.length > 0)
  return [...front, ...shown.flatMap(([title, lines]) => ['', pc.bold(title), ...lines]), '', ''].join('\n')
}

/** A line that ends a sentence ends a paragraph. */
function paragraphs(text: string): readonly string[] {
  return text.split(/(?<=[.:])\n|\n{2,}/).filter((part) => part !== '')
}

function operandText({
  name,
  required,
  many,
}: {
  readonly name: string
  readonly required: boolean
  readonly many: boolean
}): string {
  const text = `<${name}>${many ? '...' : ''}`
  return required ? text : `[${text}]`
}
