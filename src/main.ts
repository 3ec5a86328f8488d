import {execute} from './cli/execute.ts'
import {refuseMisuse} from './cli/misuse.ts'
import {parsePlain} from './cli/parse.ts'
import {commands} from './commands/index.ts'
import {ProsodyModsError} from './errors.ts'
import {interrupted, interruption} from './cli/interrupt.ts'
import {packageFolder, packageJson} from './package-files.ts'
import {failureOf, renderFailure} from './render/failure.ts'
import {renderDocumentation, renderHelp} from './render/help.ts'
import {clearLine, print, say, watchOutputs, whenTaken} from './render/output.ts'
import {nearestNames} from './text/nearest.ts'

/**
 * Runs one command line and gives its exit code. The one place where errors of every kind (ours, oclif's
 * about flags and commands, a signal's) become an exit code and output: docs/reference/exit-codes.md.
 */
export async function main(argv: readonly string[]): Promise<number> {
  watchOutputs()
  const stopListening = interruption()
  try {
    return await runLine(normalise(argv))
  } catch (error) {
    return report(interrupted() ?? error, argv)
  } finally {
    stopListening()
  }
}

/** Ends the process with this exit code once its output is taken: nothing that was left open keeps it alive. */
export function leave(exitCode: number): void {
  process.exitCode = exitCode
  whenTaken(() => process.exit())
}

/** Well-formed lines are run at once; loading oclif takes longer than most commands do. */
async function runLine(words: readonly string[]): Promise<number> {
  if (words.length === 1 && words[0] === '--version') return printVersion()
  const name = [...commands.keys()].find((known) =>
    known.split(' ').every((word, index) => words[index] === word),
  )
  const definition = commands.get(name ?? '')
  const input = definition && parsePlain(words.slice(name?.split(' ').length), definition)
  if (definition !== undefined && input !== undefined) return execute(definition, input)
  if (definition === undefined || name === undefined) refuseUnknown(words)
  else if (!flagsOf(words).includes('--help'))
    refuseMisuse({name, words: words.slice(name.split(' ').length), definition})
  const isHelp = definition === undefined || flagsOf(words).includes('--help')
  const subject = name ?? words.filter((word) => word !== '--help').join(' ')
  const help = isHelp ? renderHelp(subject, versionLine()) : undefined
  if (help !== undefined) {
    print('stdout', help + renderDocumentation())
    return 0
  }
  const {run} = await import('@oclif/core/run')
  await run(
    [...words],
    packageFolder ?? (await import('./oclif.ts').then(({embeddedOptions}) => embeddedOptions())),
  )
  if (isHelp) print('stdout', renderDocumentation())
  return Number(process.exitCode ?? 0)
}

/** What other package managers call a command. */
const otherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['i', ['install', 'add']],
  ['rm', ['remove']],
  ['uninstall', ['remove']],
  ['delete', ['remove']],
  ['ls', ['list']],
  ['show', ['info']],
  ['upgrade', ['bump', 'update']],
])

/** Throws USAGE with the commands that may have been meant. */
function refuseUnknown(words: readonly string[]): void {
  const flag = words.findIndex((word) => word.startsWith('-'))
  const [first, second] = flag === -1 ? words : words.slice(0, flag)
  if (words[0] === '--help') return
  if (first === undefined) {
    throw new ProsodyModsError('USAGE', `there is no command before ${words[0] ?? 'the end'}`, {
      hint: '"prosody-mods --help" lists the commands',
    })
  }
  const names = [...commands.keys()]
  const isTopic = names.some((name) => name.startsWith(`${first} `))
  if (names.includes(first) || (isTopic && second === undefined)) return
  const typed = isTopic ? `${first} ${second ?? ''}` : first
  if (names.includes(typed)) return
  const near = otherNames.get(typed) ?? nearestNames(typed, names, 3)
  throw new ProsodyModsError('USAGE', `there is no command "${typed}"`, {
    hint:
      near.length === 0
        ? '"prosody-mods --help" lists the commands'
        : `did you mean ${near.map((name) => `"prosody-mods ${name}"`).join(' or ')}?`,
    details: {command: typed, near},
  })
}

function printVersion(): number {
  print('stdout', `${versionLine()}\n`)
  return 0
}

/** As oclif writes it. */
function versionLine(): string {
  const {name, version} = packageJson()
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`
}

function report(error: unknown, argv: readonly string[]): number {
  const failure = failureOf(error)
  if (failure.exitCode === 0) return 0
  // There is no use in telling standard output that it can't be written.
  const json = wantsJson(argv) && failure.details['stream'] !== 'stdout'
  const text = renderFailure(failure, {json, verbose: Boolean(process.env['PROSODY_MODS_DEBUG'])})
  clearLine()
  if (json) print('stdout', text)
  else say('stderr', text)
  return failure.exitCode
}

/** Global flags in front of the command, `help command` and `-h`, as git and cargo take them. */
function normalise(argv: readonly string[]): readonly string[] {
  const [first, ...rest] = argv
  const [second, ...others] = rest
  if (first === '-C' && second !== undefined && others.length > 0)
    return withFlags(normalise(others), ['-C', second])
  if (first === '--json' && rest.length > 0) return withFlags(normalise(rest), ['--json'])
  if (first !== undefined && ['help', '-h', '--help'].includes(first))
    return second === undefined ? ['--help'] : withFlags(rest, ['--help'])
  if (first === undefined) return ['--help']
  const flags = flagsOf(argv)
  return [...flags.map((word) => (word === '-h' ? '--help' : word)), ...argv.slice(flags.length)]
}

/** Flags stand in front of `--`, behind which nothing is one. */
function withFlags(words: readonly string[], flags: readonly string[]): readonly string[] {
  const front = flagsOf(words)
  return [...front, ...flags, ...words.slice(front.length)]
}

/** The words that may be flags. */
function flagsOf(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  return end === -1 ? words : words.slice(0, end)
}

function wantsJson(argv: readonly string[]): boolean {
  return flagsOf(argv).includes('--json')
}
