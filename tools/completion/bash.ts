import type {ShellCommand, ShellData, ShellFlag, Words} from './data.ts'
import {filled} from './template.ts'

/** Writes the script for bash. */
export function bashCompletion(data: ShellData): string {
  const {commands, globals, sources, topics, version} = data
  const names = globals.flatMap((flag) => flag.names)
  return filled('bash', {
    version,
    published: [...sources].map(([source, modules]) => when([source], [...modules.keys(), ''], 'published')),
    takes: withValue(data).map(patternOf).join(' | '),
    values: withValue(data).map((place) => `${patternOf(place)}) words='${wordsOf(place.value)}' ;;`),
    operands: commands.flatMap(({name, operands}) =>
      operands === undefined
        ? []
        : [when([name], [...(operands.many ? ['MANY'] : []), wordsOf(operands)], 'words')],
    ),
    flags: commands.map(({name, flags}) => when([name], [...flags.flatMap((flag) => flag.names), ...names])),
    programFlags: [...names, '--version'],
    globalFlags: names,
    first: [...firstWords(commands), 'help'],
    second: [...topics.keys()].map((topic) => when([topic], secondWords(commands, topic))),
    sources: [...sources.keys()],
  })
}

interface Place {
  /** '' for a flag of every command. */
  readonly command: string
  readonly flag: ShellFlag
  readonly value: Words
}

/** Lists flags that have a value behind them, with the commands that take them. */
export function withValue({commands, globals}: ShellData): readonly Place[] {
  const all = [...commands.map(({name, flags}) => ({name, flags})), {name: '', flags: globals}]
  return all.flatMap(({name, flags}) =>
    flags.flatMap((flag) => (flag.value === undefined ? [] : [{command: name, flag, value: flag.value}])),
  )
}

/** Lists what a command line may begin with. */
export function firstWords(commands: readonly ShellCommand[]): readonly string[] {
  return [...new Set(commands.map(({name}) => name.split(' ')[0] ?? ''))]
}

/** Lists what may stand behind the first word of commands that have two. */
function secondWords(commands: readonly ShellCommand[], topic: string): readonly string[] {
  return commands.flatMap(({name}) => (name.startsWith(`${topic} `) ? [name.slice(topic.length + 1)] : []))
}

function patternOf({command, flag}: Place): string {
  return flag.names.map((name) => (command === '' ? `*' ${name}'` : `'${command} ${name}'`)).join(' | ')
}

function when(names: readonly string[], words: readonly string[], variable = 'words'): string {
  return `${names.map((name) => `'${name}'`).join(' | ')}) ${variable}='${words.join(' ')}' ;;`
}

function wordsOf({values, kinds}: Words): string {
  return [...values, ...kinds.map((kind) => kind.toUpperCase())].join(' ')
}
