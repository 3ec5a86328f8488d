import {firstWords, withValue} from './bash.ts'
import type {ShellCommand, ShellData, ShellFlag, Words} from './data.ts'
import {filled} from './template.ts'

/** Writes the script for fish. */
export function fishCompletion(data: ShellData): string {
  const {commands, globals, sources, topics, version} = data
  const words = [...topics.keys(), ...commands.map(({name}) => name)]
  return filled('fish', {
    version,
    takes: withValue(data).flatMap(({command, flag}) =>
      flag.names.map((name) => quoted(command === '' ? `* ${name}` : `${command} ${name}`)),
    ),
    commandWords: words.map(quoted),
    published: [...sources].flatMap(([source, modules]) => [
      `case ${source}`,
      String.raw`    printf '%s\t%s\n' ` +
        [...modules].map(([name, summary]) => `${name} ${quoted(summary)}`).join(' '),
    ]),
    keys: [...sources.keys()].map(
      (source) => `__prosody_mods_published ${source} | string replace -r '^' ${source}/`,
    ),
    names: [
      ...[...sources.keys()].map((source) => `__prosody_mods_published ${source}`),
      String.raw`printf '%s\tall of a source\n' ${[...sources.keys()].join(' ')}`,
    ],
    complete: [
      ...globals.flatMap((flag) => flagLine(undefined, flag)),
      `complete -c prosody-mods -n ${at('')} -l version -d 'print the version'`,
      ...firstLines(data),
      ...commands.flatMap(commandLines),
    ],
  })
}

function firstLines({commands, topics}: ShellData): readonly string[] {
  const summaries = new Map([...topics, ...commands.map(({name, summary}) => [name, summary] as const)])
  return [
    ...firstWords(commands).map((word) => wordLine('', word, summaries.get(word) ?? '')),
    wordLine('', 'help', 'show what a command takes'),
  ]
}

function commandLines({name, summary, flags, operands}: ShellCommand): readonly string[] {
  const [topic = '', word] = name.split(' ')
  return [
    ...(word === undefined ? [] : [wordLine(topic, word, summary)]),
    ...flags.map((flag) => flagLine(name, flag)),
    ...(operands === undefined ? [] : operandLines(name, operands)),
  ]
}

function wordLine(before: string, word: string, summary: string): string {
  return `complete -c prosody-mods -n ${at(before, 0)} -a ${word} -d ${quoted(summary)}`
}

/** @param command undefined for a flag of every command */
function flagLine(command: string | undefined, {names, description, value}: ShellFlag): string {
  const where = command === undefined ? '' : ` -n ${at(command)}`
  const forms = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  const behind = value === undefined ? '' : ` ${valueOf(value)}`
  return `complete -c prosody-mods${where} ${forms.join(' ')}${behind} -d ${quoted(description)}`
}

const lists = {
  folders: '(__fish_complete_directories)',
  installed: '(__prosody_mods_installed)',
  modules: '(__prosody_mods_modules)',
} as const

function valueOf({values, kinds}: Words): string {
  if (kinds.includes('files')) return '-r -F'
  const all = [...values, ...kinds.map((kind) => (kind === 'files' ? '' : lists[kind]))]
  return all.length === 0 ? '-x' : `-x -a ${quoted(all.join(' '))}`
}

function operandLines(
  name: string,
  {values, kinds, many}: Words & {readonly many: boolean},
): readonly string[] {
  const condition = many ? at(name) : at(name, 0)
  const all = [...values, ...kinds.map((kind) => (kind === 'files' ? '' : lists[kind]))].filter(Boolean)
  const lines =
    all.length === 0 ? [] : [`complete -c prosody-mods -n ${condition} -a ${quoted(all.join(' '))}`]
  if (!kinds.includes('files')) return lines
  // Beside names of modules, only where a path is meant: there are files in every folder.
  const also = kinds.includes('modules') ? ` -n __prosody_mods_path` : ''
  return [...lines, `complete -c prosody-mods -n ${condition}${also} -F`]
}

function at(command: string, operands?: number): string {
  const words = command === '' ? '""' : `"${command}"`
  return quoted(`__prosody_mods_at ${words}${operands === undefined ? '' : ` ${operands}`}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`
}
