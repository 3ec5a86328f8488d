import {packageJson} from '../../package-files.ts'
import {out as pc} from '../../render/colours.ts'
import {pageColumns, termRows, wrap} from '../../render/wrap.ts'
import {globalFlags, type CommandDefinition} from '../definition.ts'
import {flagRows} from './flags.ts'
import {families, groups} from './groups.ts'
import {topics} from './topics.ts'

/** Lays out the first help: what commands are for, a line each. @param commands all of them, by name */
export function renderFirst(commands: ReadonlyMap<string, CommandDefinition>): string {
  const columns = pageColumns()
  const intents = groups.map(
    ([intent, names]) => [intent, names.map((name) => rowOf(name, commands))] as const,
  )
  const others = [...commands.keys()].filter((name) => !isGrouped(name)).map((name) => rowOf(name, commands))
  const shown = [...intents, ...(others.length === 0 ? [] : [['MORE', others] as const])]
  const hang = 2 + Math.max(...shown.flatMap(([, rows]) => rows.map(([name]) => name.length))) + 2
  const {version, description} = packageJson()
  return [
    ...wrap(`prosody-mods ${version}: ${description}`, {columns}),
    '',
    pc.bold('USAGE'),
    '  $ prosody-mods <command> [flags]',
    ...shown.flatMap(([intent, rows]) => [
      '',
      pc.bold(intent),
      ...termRows(rows, {columns, indent: 2, hang}),
    ]),
    '',
    pc.bold('FLAGS OF EVERY COMMAND'),
    ...termRows(flagRows(globalFlags), {columns, indent: 2}),
    '',
    pc.bold('MORE'),
    ...termRows(helpRows, {columns, indent: 2}),
    '',
    '',
  ].join('\n')
}

const helpRows: readonly (readonly [string, string])[] = [
  ['help <command>', 'what it takes, and examples'],
  ...Object.entries(topics).map(([name, {summary}]) => [`help ${name}`, summary] as const),
  ['explain <CODE>', 'what a code of an error or a warning means'],
]

function isGrouped(name: string): boolean {
  return groups.some(([, names]) => names.includes(name) || names.includes(name.split(' ')[0] ?? ''))
}

function rowOf(name: string, commands: ReadonlyMap<string, CommandDefinition>): readonly [string, string] {
  if (name === 'help') return [name, 'show what a command takes, or a topic: see below']
  return [name, commands.get(name)?.summary ?? families[name] ?? '']
}
