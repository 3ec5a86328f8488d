import {applyEdit} from '../edit/apply-edit.ts'
import {sedEdit} from '../edit/sed-edit.ts'
import type {Command, Word} from '../types.ts'

/**
 * Gives what a command prints, as far as its words tell: `echo`, `printf`, `basename`, `dirname` and `cat` of its input; of a pattern `basename` and
 * `dirname` print one. */
export function printedBy({name, args, redirects, input}: Command): string | undefined {
  const isPath = name === 'basename' || name === 'dirname'
  if (redirects.length > 0 || !args.every((word) => isKnown(word) || (isPath && word.unknown.length === 0)))
    return undefined
  const words = args.map(({text}) => text)
  switch (name) {
    case 'echo':
      return echoed(words)
    case 'printf':
      return formatted(words)
    case 'basename':
      return words.length === 1 || words.length === 2 ? baseName(words) : undefined
    case 'dirname':
      return words.length === 1 ? folderName(words[0] ?? '') : undefined
    case 'cat':
      return words.length === 0 && input !== undefined && isKnown(input) ? input.text : undefined
    default:
      return undefined
  }
}

/** Gives what a pipe prints whose first command's words tell what it prints, and whose others are sed. */
export function printedByPipe([first, ...others]: readonly Command[]): string | undefined {
  let text = first === undefined ? undefined : printedBy(first)
  for (const one of others) text = text === undefined ? undefined : changedBySed(one, text)
  return text
}

function changedBySed({name, args, redirects}: Command, text: string): string | undefined {
  const operands = args.filter((word) => !word.text.startsWith('-'))
  if (
    name !== 'sed' ||
    redirects.length > 0 ||
    operands.length !== 1 ||
    args.some(({text: one}) => /^-\w*[ei]/.test(one))
  )
    return undefined
  const read = sedEdit(args)
  const done = 'why' in read ? read : applyEdit(read.value, Buffer.from(text))
  return 'why' in done ? undefined : done.value.toString()
}

function isKnown({unknown, isPattern}: Word): boolean {
  return unknown.length === 0 && !isPattern
}

function echoed(words: readonly string[]): string | undefined {
  const options = words.findIndex((word) => !/^-[neE]+$/.test(word))
  const rest = options === -1 ? [] : words.slice(options)
  const text = rest.join(' ')
  const flags = words.slice(0, words.length - rest.length).join('')
  const isEscaped = flags.includes('e')
  if (!isEscaped && text.includes('\\')) return undefined
  return (isEscaped ? unescaped(text) : text) + (flags.includes('n') ? '' : '\n')
}

/** `%s`, `%d` and `%%` alone; the format is used again while there are words. */
function formatted([format, ...words]: readonly string[]): string | undefined {
  if (format === undefined || /%(?![sd%])/.test(format)) return undefined
  const places = (format.match(/%[sd]/g) ?? []).length
  let result = ''
  let at = 0
  do {
    result += unescaped(format).replaceAll(/%([sd%])/g, (_, kind: string) =>
      kind === '%' ? '%' : (words[at++] ?? ''),
    )
  } while (places > 0 && at < words.length)
  return result
}

const escapes: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', '\\': '\\', '0': '\0'}

function unescaped(text: string): string {
  return text.replaceAll(/\\([ntr\\])/g, (_, character: string) => escapes[character] ?? '')
}

function baseName([path = '', ending = '']: readonly string[]): string {
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '')
  return name !== ending && name.endsWith(ending) ? name.slice(0, name.length - ending.length) : name
}

function folderName(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  const slash = trimmed.lastIndexOf('/')
  if (slash === -1) return '.'
  return slash === 0 ? '/' : trimmed.slice(0, slash)
}
