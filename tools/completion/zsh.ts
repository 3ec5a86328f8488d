import {firstWords} from './bash.ts'
import type {ShellCommand, ShellData, ShellFlag, Words} from './data.ts'
import {filled} from './template.ts'

/** Writes the script for zsh. */
export function zshCompletion({commands, globals, sources, topics, version}: ShellData): string {
  const summaries = new Map([...topics, ...commands.map(({name, summary}) => [name, summary] as const)])
  const first = firstWords(commands).map((word) => described(word, summaries.get(word) ?? ''))
  return filled('zsh', {
    version,
    published: [...sources].map(([source, modules]) => {
      const all = [...modules].map(([name, summary]) => described(name, summary))
      return `(${source}) reply=(${all.join(' ')}) ;;`
    }),
    sources: [...sources.keys()],
    first: [...first, described('help', 'show what a command takes')],
    second: [...topics.keys()].map((topic) => `(${topic}) found=(${secondOf(topic, commands).join(' ')}) ;;`),
    globals: globals.flatMap(specsOf),
    program: [...globals.flatMap(specsOf), quoted('(- *)--version[print the version]')],
    // The first case counts: what is a command by itself, too, has its flags there.
    commands: [...[...topics.keys()].map((topic) => topicOf(topic, commands)), ...commands.map(caseOf)],
  })
}

function secondOf(topic: string, commands: readonly ShellCommand[]): readonly string[] {
  return commands
    .filter(({name}) => name.startsWith(`${topic} `))
    .map(({name, summary}) => described(name.slice(topic.length + 1), summary))
}

function caseOf({name, flags, operands}: ShellCommand): string {
  const specs = flags.flatMap(specsOf)
  if (operands !== undefined && operands.values.length + operands.kinds.length > 0) {
    const {many, label} = operands
    specs.push(quoted(`${many ? '*' : '1'}:${label}:${actionOf(operands)}`))
  }
  return `(${quoted(name)}) _arguments -s : $globals ${specs.join(' ')} ;;`
}

function topicOf(topic: string, commands: readonly ShellCommand[]): string {
  const own = commands.find(({name}) => name === topic)?.flags.flatMap(specsOf) ?? []
  const specs = `${own.join(' ')} '1:command: _prosody_mods_second ${topic}' '*::word:->words'`
  return `(${topic}) _arguments -C : $globals ${specs} || { [[ $state == words ]] && _prosody_mods_words "${topic} $words[1]" } ;;`
}

/** One for each spelling of a flag: they exclude each other, unless it may be given again. */
function specsOf({names, description, repeats, value}: ShellFlag): string[] {
  const others = repeats ? '*' : `(${names.join(' ')})`
  const text = `[${description.replaceAll(/[\\\[\]:]/g, String.raw`\$&`)}]`
  return names.map((name) => {
    if (value === undefined) return quoted(`${others}${name}${text}`)
    const form = name.startsWith('--') ? `${name}=` : `${name}+`
    return quoted(`${others}${form}${text}:${value.label}:${actionOf(value)}`)
  })
}

const actions: Readonly<Record<string, string>> = {
  '': ' ',
  files: '_files',
  'files installed': '_prosody_mods_installed_or_files',
  folders: '_files -/',
  installed: '_prosody_mods_installed',
  modules: '_prosody_mods_modules',
  'modules files': '_prosody_mods_modules_or_files',
}

function actionOf({values, kinds}: Words): string {
  if (values.length > 0 && kinds.length === 0) return `(${values.join(' ')})`
  const action = values.length > 0 ? undefined : actions[kinds.join(' ')]
  if (action === undefined)
    throw new Error(`zsh: expected values or one of the kinds, found ${kinds.join(' ')}`)
  return action
}

function described(word: string, text: string): string {
  return quoted(`${word}:${text}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
