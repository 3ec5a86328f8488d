import {out as pc} from '../../render/colours.ts'
import {foldedCommand} from '../../render/fold.ts'
import {pageColumns, termRows, wrap} from '../../render/wrap.ts'
import {globalFlags, type CommandDefinition} from '../definition.ts'
import {flagRows} from './flags.ts'
import {families} from './groups.ts'

type Commands = ReadonlyMap<string, CommandDefinition>

/** Lays out the help on a command for the terminal. @param commands all of them: some may begin with its name */
export function renderCommand(name: string, definition: CommandDefinition, commands: Commands): string {
  const columns = pageColumns()
  const {operands, flags, description, examples, summary} = definition
  const words = operands === undefined ? '' : ` ${operandText(operands)}`
  const argument: readonly (readonly [string, string])[] =
    operands === undefined ? [] : [[operandText(operands), operands.description]]
  return sections(wrap(summary, {columns}), [
    ['USAGE', wrap(`$ prosody-mods ${name}${words} [flags]`, {columns, indent: 2, hang: 6})],
    ['ARGUMENTS', termRows(argument, {columns, indent: 2})],
    ['COMMANDS', termRows(membersOf(name, commands), {columns, indent: 2})],
    ['FLAGS', termRows(flagRows(flags), {columns, indent: 2})],
    ['FLAGS OF EVERY COMMAND', termRows(flagRows(globalFlags), {columns, indent: 2})],
    ['DESCRIPTION', described(description ?? '', columns)],
    ['EXAMPLES', examples.map((example) => foldedCommand(`  $ ${example.replace(/^\$ /, '')}`, columns))],
  ])
}

/** Lays out the help on commands that begin with the same word; undefined where none does. */
export function renderFamily(word: string, commands: Commands): string | undefined {
  const summary = Object.hasOwn(families, word) ? families[word] : undefined
  if (summary === undefined) return undefined
  const columns = pageColumns()
  return sections(wrap(summary, {columns}), [
    ['USAGE', [`  $ prosody-mods ${word} <command> [flags]`]],
    ['COMMANDS', termRows(membersOf(word, commands), {columns, indent: 2})],
  ])
}

/** The commands that begin with a word, each with what it does. */
function membersOf(word: string, commands: Commands): (readonly [string, string])[] {
  return [...commands].flatMap(([name, {summary}]) =>
    name.startsWith(`${word} `) ? [[name, summary] as const] : [],
  )
}

function sections(front: readonly string[], all: readonly (readonly [string, readonly string[]])[]): string {
  const shown = all.filter(([, lines]) => lines.length > 0)
  return [...front, ...shown.flatMap(([title, lines]) => ['', pc.bold(title), ...lines]), '', ''].join('\n')
}

/** Words that are explained one after the other stand in a column of their own. */
function described(text: string, columns: number): readonly string[] {
  const parts = paragraphs(text).map((part) => ({part, term: /^(\S+): (.+)$/s.exec(part)}))
  return parts.flatMap(({part, term}, at) => {
    if (term === null || parts.filter((one) => one.term !== null).length === 1)
      return wrap(part, {columns, indent: 2})
    if (parts[at - 1]?.term) return []
    const end = parts.findIndex((one, index) => index > at && one.term === null)
    const rows = parts.slice(at, end === -1 ? parts.length : end).flatMap(({term: found}) => {
      const [, word = '', meaning = ''] = found ?? []
      return [[word, meaning] as const]
    })
    return termRows(rows, {columns, indent: 2})
  })
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
