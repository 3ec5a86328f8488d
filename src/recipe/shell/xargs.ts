import type {Command, Word} from '../types.ts'
import {literalWord} from '../value.ts'
import {printedBy} from './printed.ts'
import {programName, unwrapped} from './wrappers.ts'

/** Puts the commands that `xargs` runs in its place: as many pipelines as it starts commands. */
export function withoutXargs(commands: readonly Command[], text: string): readonly (readonly Command[])[] {
  const at = commands.findIndex(({name}) => name === 'xargs')
  const xargs = commands[at]
  if (xargs === undefined) return [commands]
  const call = callOf(xargs)
  if (call === undefined) return [commands]
  const before = commands.slice(0, at)
  const after = commands.slice(at + 1)
  const only = before.length === 1 ? before[0] : undefined
  const printed = only === undefined ? xargs.input?.text : printedBy(only)
  if (printed === undefined || (xargs.input?.unknown.length ?? 0) > 0) {
    const file = call.file ?? xargs.redirects.find(({operator}) => operator === '<')?.target.text
    const source = file === undefined ? text.split('|').slice(0, at).join('|').trim() : `cat ${file}`
    return [[...before, filled(call, [unknownWord(source)]), ...after]]
  }
  return groups(call, printed).map((words) => [filled(call, words), ...after])
}

interface Call {
  readonly xargs: Command
  readonly command: readonly Word[]
  /** Of `-n` and `-L`. */
  readonly most: number
  /** Of `-I`. */
  readonly place: string | undefined
  readonly separator: RegExp
  /** Of `-a`. */
  readonly file: string | undefined
}

const valued = /^(?:-[IiLnPdEsa]|--(?:max-args|max-procs|max-lines|delimiter|replace|arg-file))$/

function callOf(xargs: Command): Call | undefined {
  const {args} = xargs
  const options = new Map<string, string>()
  let at = 0
  for (; args[at]?.text.startsWith('-') === true; at++) {
    const option = args[at]?.text ?? ''
    const attached = /^(-[ILnPdEsa])(.+)$/.exec(option) ?? /^(--[a-z-]+)=(.*)$/.exec(option)
    if (attached !== null) options.set(attached[1] ?? '', attached[2] ?? '')
    else if (valued.test(option)) options.set(option, args[++at]?.text ?? '')
    else options.set(option, '')
  }
  const command = args.slice(at)
  if (command.length === 0) return undefined
  const place = options.get('-I') ?? options.get('--replace')
  const most = Number(options.get('-n') ?? options.get('--max-args') ?? options.get('-L') ?? Infinity)
  const separator = options.has('-0') ? /\0/ : place === undefined ? /\s+/ : /\n/
  const file = options.get('-a') ?? options.get('--arg-file')
  return {xargs, command, most: most > 0 ? most : Infinity, place, separator, file}
}

function groups({most, place, separator}: Call, printed: string): readonly (readonly Word[])[] {
  const words = printed
    .split(separator)
    .filter((word) => word !== '')
    .map((word) => literalWord(word.replaceAll(/^(['"])(.*)\1$/g, '$2')))
  const size = place === undefined ? Math.min(most, words.length || 1) : 1
  const count = Math.ceil(words.length / size)
  return Array.from({length: count}, (_, index) => words.slice(index * size, (index + 1) * size))
}

function unknownWord(source: string): Word {
  const text = source === '' ? '$(cat)' : `$(${source})`
  return {text, unknown: [text], isPattern: false}
}

function filled({xargs, command, place}: Call, words: readonly Word[]): Command {
  const args =
    place === undefined ? [...command, ...words] : command.map((word) => put(word, place, words[0]))
  const [program, ...rest] = args
  return unwrapped({...xargs, name: programName(program?.text ?? ''), args: rest, input: undefined})
}

function put(word: Word, place: string, value: Word | undefined): Word {
  if (value === undefined || !word.text.includes(place)) return word
  return {
    text: word.text.replaceAll(place, () => value.text),
    unknown: [...word.unknown, ...value.unknown],
    isPattern: word.isPattern,
  }
}
