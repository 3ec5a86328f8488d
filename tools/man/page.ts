import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {
  globalFlags,
  type CommandDefinition,
  type FlagDefinition,
  type FlagDefinitions,
} from '../../src/cli/definition.ts'
import {commands} from '../../src/commands/index.ts'
import {dayOf} from '../release/changelog.ts'
import {bold, heading, italic, item, literal, prose} from './roff.ts'
import {variables} from './variables.ts'

/**
 * Writes the manual page prosody-mods(1).
 * @param root folder of the package
 */
export function manualPage(root: string): string {
  const {version, homepage, description} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
    homepage: string
    description: string
  }
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  const date = dayOf(version, read('CHANGELOG.md')) ?? ''
  const parts = [
    String.raw`.\" Written from the commands themselves by tools/build-man.ts.`,
    `.TH PROSODY\\-MODS 1 "${date}" "prosody\\-mods ${version}" "User Commands"`,
    // no hyphens in what can be typed, ragged lines
    '.nr HY 0\n.nh\n.ad l',
    heading('NAME'),
    `prosody\\-mods \\- ${prose(description)}`,
    heading('SYNOPSIS'),
    `${bold('prosody-mods')} ${italic('command')} [${italic('flags')}] [${italic('operands')}]`,
    '.br',
    `${bold('prosody-mods help')} [${italic('command')}]`,
    heading('DESCRIPTION'),
    prose(introduction),
    heading('COMMANDS'),
    ...[...commands].flatMap(([name, command]) => commandParts(name, command)),
    heading('FLAGS OF ALL COMMANDS'),
    ...flagItems(globalFlags),
    item(bold('--help'), 'show what a command takes, with examples'),
    item(bold('--version'), 'print the version, alone in place of a command'),
    heading('EXIT STATUS'),
    ...exitItems(read('docs/reference/exit-codes.md')),
    heading('ENVIRONMENT'),
    ...Object.entries(variables).map(([name, text]) => item(bold(name), text)),
    heading('FILES'),
    ...Object.entries(files).map(([path, text]) => item(italic(path), text)),
    heading('SEE ALSO'),
    `${bold('prosody')}(8), ${bold('prosodyctl')}(8), ${bold('luarocks')}(1)`,
    '.PP',
    prose(`Guide and reference: the folder that ends every --help, and ${homepage.replace(/#.*/, '')}`),
  ]
  return `${parts.join('\n')}\n`
}

const introduction = `Resolves modules of Prosody and Jitsi by version, downloads them from whichever place has the right bytes, verifies
every one of them, and writes modules and plugin_paths into the build context of an image, with a manifest and a lockfile
to commit. Nothing is written that no digest covers, and modules are read, never run. No data about its use are collected or
sent anywhere.`

const files: Readonly<Record<string, string>> = {
  'prosody-mods.json': 'the manifest: what the project wants; looked for from the working folder upwards',
  'prosody-mods.lock.json': 'the lockfile: exactly which bytes that is',
  'prosody-modules/': 'the modules, to be copied into an image',
  'conf.d/prosody-mods.cfg.lua': "plugin_paths for Prosody's configuration",
  '~/.config/prosody-mods/config.json': 'mirrors and sources of the user, for all projects',
}

function commandParts(
  name: string,
  {summary, description, ...command}: CommandDefinition,
): readonly string[] {
  const {operands, flags, examples} = command
  const shown =
    operands === undefined ? '' : ` ${operandForm(operands.required, operands.many, italic(operands.name))}`
  const about = operands === undefined ? [] : [item(italic(operands.name), operands.description)]
  return [
    heading(`prosody-mods ${name}`, 2),
    `${bold(`prosody-mods ${name}`)}${shown}${Object.keys(flags).length > 0 ? ` [${italic('flags')}]` : ''}`,
    '.PP',
    prose(sentence(summary)),
    ...(description === undefined ? [] : ['.PP', prose(description)]),
    ...about,
    ...flagItems(flags),
    '.PP',
    examples.length > 1 ? 'Examples:' : 'Example:',
    '.PP',
    '.RS 4',
    literal(examples.join('\n')),
    '.RE',
  ]
}

function operandForm(required: boolean, many: boolean, name: string): string {
  const all = many ? `${name} ...` : name
  return required ? all : `[${all}]`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function flagItems(flags: FlagDefinitions): readonly string[] {
  return Object.entries(flags).map(([name, flag]) => item(termOf(name, flag), flag.description))
}

function termOf(name: string, flag: FlagDefinition): string {
  const forms = [...('char' in flag ? [`-${flag.char}`] : []), `--${name}`]
  const value = flag.type === 'switch' ? '' : ` ${italic(flag.value.replaceAll(/[<>]/g, ''))}`
  return `${forms.map(bold).join(', ')}${value}`
}

/** Of the table of codes, the number and what it means. */
function exitItems(page: string): readonly string[] {
  const rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\|/gm)]
  if (rows.length < 9)
    throw new Error(`docs/reference/exit-codes.md: expected its table, found ${rows.length} rows`)
  return rows.map(([, code = '', meaning = '']) => item(bold(code), meaning.replaceAll('`', '')))
}
