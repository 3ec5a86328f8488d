import {execute} from './cli/execute.ts'
import {applyColour, flagWords, hasSwitch, normalise} from './cli/global.ts'
import {withoutAlias} from './cli/habits.ts'
import {interrupted, interruption} from './cli/interrupt.ts'
import {refuseLooseVersions, refuseMisuse} from './cli/misuse.ts'
import {parsePlain} from './cli/parse.ts'
import {refuseUnknown} from './cli/unknown.ts'
import {loaders} from './commands/loaders.ts'
import {packageFolder} from './package-files.ts'
import {failureOf, renderFailure, type Failure} from './render/failure.ts'
import {clearLine, print, watchOutputs, whenTaken} from './render/output.ts'

/**
 * Runs one command line and gives its exit code. The one place where errors of every kind (ours, oclif's
 * about flags and commands, a signal's) become an exit code and output: docs/reference/exit-codes.md.
 */
export async function main(argv: readonly string[]): Promise<number> {
  watchOutputs()
  const stopListening = interruption()
  try {
    applyColour(argv)
    return await runLine(withoutAlias(normalise(argv)))
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
  const asked = flagWords(words)
  if (isVersion(words)) return runLine(['version', ...words.filter((word) => !versionFlags.includes(word))])
  if (asked.includes('--help') || isFamily(words)) return showHelp(asked)
  const name = [...loaders.keys()].find((known) =>
    known.split(' ').every((word, index) => words[index] === word),
  )
  const load = loaders.get(name ?? '')
  if (load === undefined || name === undefined) refuseUnknown(words, [...loaders.keys()])
  const definition = await load()
  const rest = words.slice(name.split(' ').length)
  const input = parsePlain(rest, definition)
  if (input !== undefined) {
    refuseLooseVersions(input.operands, {name, definition})
    return execute(definition, input)
  }
  refuseMisuse({name, words: rest, definition})
  const {run} = await import('@oclif/core/run')
  await run(
    [...words],
    packageFolder ?? (await import('./oclif.ts').then(({embeddedOptions}) => embeddedOptions())),
  )
  return Number(process.exitCode ?? 0)
}

const versionFlags = ['--version', '-V']

/** `-v` is verbose, but for who asks nothing else. */
function isVersion(words: readonly string[]): boolean {
  const [first = ''] = words
  return versionFlags.includes(first) || (words.length === 1 && first === '-v')
}

/** The word that several commands begin with, alone, where it is no command itself. */
function isFamily([first = '', second]: readonly string[]): boolean {
  return (
    second === undefined &&
    !loaders.has(first) &&
    [...loaders.keys()].some((name) => name.startsWith(`${first} `))
  )
}

async function showHelp(words: readonly string[]): Promise<number> {
  const {printHelp} = await import('./cli/help/help.ts')
  const {commands} = await import('./commands/index.ts')
  const flag = words.findIndex((word) => word.startsWith('-'))
  printHelp(flag === -1 ? words : words.slice(0, flag), commands)
  return 0
}

function report(error: unknown, argv: readonly string[]): number {
  const failure = failureOf(error)
  if (failure.exitCode === 0) return 0
  // There is no use in telling standard output that it can't be written.
  const json = hasSwitch(argv, 'json') && failure.details['stream'] !== 'stdout'
  const isDebug = (process.env['PROSODY_MODS_DEBUG'] ?? '') !== ''
  clearLine()
  tell(failure, {json, verbose: hasSwitch(argv, 'verbose') || isDebug})
  return failure.exitCode
}

/** What can't be told as JSON, since standard output is full, is told as text: there is nothing else to tell it by. */
function tell(failure: Failure, {json, verbose}: {readonly json: boolean; readonly verbose: boolean}): void {
  const {isTTY, columns} = process.stderr
  try {
    const view = {json, verbose, columns: isTTY && columns > 0 ? columns : undefined}
    print(json ? 'stdout' : 'stderr', renderFailure(failure, view))
  } catch (error) {
    if (!json) throw error
    tell(failure, {json: false, verbose})
  }
}
