import {ProsodyModsError} from '../errors.ts'
import {chooseColours, colourChoices} from '../render/colours.ts'
import {globalFlags} from './definition.ts'

/** What commands are told besides what they are to do. */
export interface Loudness {
  readonly quiet: boolean
  readonly verbose: boolean
}

/** Returns the words in which flags may stand: those before `--`. */
export function flagWords(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  return end === -1 ? words : words.slice(0, end)
}

/** Tells whether a switch of every command stands in a line, whatever else is wrong with it. */
export function hasSwitch(words: readonly string[], name: 'json' | 'quiet' | 'verbose'): boolean {
  const flag = globalFlags[name]
  const names = [`--${name}`, ...('char' in flag ? [`-${flag.char}`] : [])]
  return flagWords(words).some((word) => names.includes(word))
}

/** Takes --color from a line before anything is written. Throws USAGE for what is none of its values. */
export function applyColour(words: readonly string[]): void {
  const flags = flagWords(words)
  const at = flags.findLastIndex((word) => word === '--color' || word.startsWith('--color='))
  const word = flags[at]
  if (word === undefined) return
  const value = word === '--color' ? flags[at + 1] : word.slice('--color='.length)
  const chosen = colourChoices.find((one) => one === value)
  // A value that is missing is told with the command's other flags.
  if (chosen === undefined && value === undefined) return
  if (chosen === undefined) {
    throw new ProsodyModsError(
      'USAGE',
      `--color: expected auto, always or never, got ${JSON.stringify(value)}`,
      {
        hint: 'write --color=always, --color=never, or leave it out',
        details: {flag: '--color', value},
      },
    )
  }
  chooseColours(chosen)
}

/** Reads -q and -v. Throws USAGE where both are given. */
export function loudnessOf({
  quiet,
  verbose,
}: {
  readonly quiet?: unknown
  readonly verbose?: unknown
}): Loudness {
  if (quiet === true && verbose === true) {
    throw new ProsodyModsError('USAGE', '--quiet and --verbose are given, which are opposites', {
      hint: 'leave one of them out',
      details: {flags: ['--quiet', '--verbose']},
    })
  }
  return {quiet: quiet === true, verbose: verbose === true}
}

/**
 * Puts global flags that stand in front of the command behind it, as git and cargo take them, and writes `help <words>`
 * and `-h` as --help.
 */
export function normalise(argv: readonly string[]): readonly string[] {
  const leading = leadingFlags(argv)
  if (leading > 0 && leading < argv.length)
    return withFlags(normalise(argv.slice(leading)), argv.slice(0, leading))
  const [first, ...rest] = argv
  if (first === undefined) return ['--help']
  if (['help', '-h', '--help'].includes(first)) return helpLine(rest)
  const flags = flagWords(argv)
  return [...flags.map((word) => (word === '-h' ? '--help' : word)), ...argv.slice(flags.length)]
}

/** `help --color never add` and the like: the words that are asked about come first. */
function helpLine(words: readonly string[]): readonly string[] {
  const leading = leadingFlags(words)
  return withFlags(words.slice(leading), [...words.slice(0, leading), '--help'])
}

/** Counts the words of global flags at the beginning of a line. */
function leadingFlags(words: readonly string[]): number {
  let at = 0
  for (;;) {
    const taken = takenBy(words[at] ?? '')
    if (taken === 0 || at + taken > words.length) return at
    at += taken
  }
}

function takenBy(word: string): number {
  for (const [name, flag] of Object.entries(globalFlags)) {
    const isNamed = word === `--${name}` || ('char' in flag && word === `-${flag.char}`)
    if (isNamed) return flag.type === 'text' ? 2 : 1
    if (flag.type === 'text' && word.startsWith(`--${name}=`)) return 1
  }
  return 0
}

/** Flags stand in front of `--`, behind which nothing is one. */
function withFlags(words: readonly string[], flags: readonly string[]): readonly string[] {
  const front = flagWords(words)
  return [...front, ...flags, ...words.slice(front.length)]
}
