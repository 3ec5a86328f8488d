import type {Word} from '../types.ts'

/** Which options of a program take a value that may be the next word. */
export interface OptionsShape {
  /** One-letter options. */
  readonly short: string
  /** Long ones without `--`; with `=` every long option may have one. */
  readonly long: readonly string[]
}

/** A command's words taken apart. */
export interface Options {
  readonly operands: readonly Word[]
  /** Tells whether an option is given, by letter or long name. */
  has(...names: readonly string[]): boolean
  /** The values of an option, by letter or long name, in order. */
  values(...names: readonly string[]): readonly Word[]
}

/** Takes a command's words apart as getopt does: letters may be joined, and options may stand behind operands. */
export function optionsOf(args: readonly Word[], shape: OptionsShape): Options {
  const found: {readonly name: string; readonly value: Word | undefined}[] = []
  const operands: Word[] = []
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at]
    if (word === undefined) continue
    const {text} = word
    if (text === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (text.startsWith('--')) {
      const [name = '', ...rest] = text.slice(2).split('=')
      const takesNext = rest.length === 0 && shape.long.includes(name)
      if (takesNext) at += 1
      const value = takesNext ? args[at] : rest.length === 0 ? undefined : {...word, text: rest.join('=')}
      found.push({name, value})
    } else if (/^-[^-]/.test(text)) at += letters(word, {shape, next: args[at + 1], found})
    else operands.push(word)
  }
  return {
    operands,
    has: (...names) => found.some(({name}) => names.includes(name)),
    values: (...names) => found.flatMap(({name, value}) => (names.includes(name) ? (value ?? []) : [])),
  }
}

/** Reads joined letters; tells how many of the next words they take. */
function letters(
  word: Word,
  {
    shape,
    next,
    found,
  }: {
    readonly shape: OptionsShape
    readonly next: Word | undefined
    readonly found: {readonly name: string; readonly value: Word | undefined}[]
  },
): number {
  const {text} = word
  for (let at = 1; at < text.length; at += 1) {
    const name = text[at] ?? ''
    if (!shape.short.includes(name)) {
      found.push({name, value: undefined})
      continue
    }
    const rest = text.slice(at + 1)
    found.push({name, value: rest === '' ? next : {...word, text: rest}})
    return rest === '' ? 1 : 0
  }
  return 0
}
