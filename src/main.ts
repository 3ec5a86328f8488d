import {fileURLToPath} from 'node:url'
import {run} from '@oclif/core/run'
import {interrupted, interruption} from './interrupt.ts'
import {failureOf, renderFailure} from './render/failure.ts'

const packageFolder = fileURLToPath(new URL('../', import.meta.url))

/**
 * Runs one command line and gives its exit code. The one place where errors of every kind (ours, oclif's
 * about flags and commands, a signal's) become an exit code and output: docs/reference/exit-codes.md.
 */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that has seen enough (head, less) closes the pipe; that is no error of ours.
  process.stdout.on('error', () => process.exit(process.exitCode ?? 0))
  const stopListening = interruption()
  try {
    await run([...normalise(argv)], packageFolder)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    const failure = failureOf(interrupted() ?? error)
    if (failure.exitCode === 0) return 0
    const json = wantsJson(argv)
    const text = renderFailure(failure, {json, verbose: Boolean(process.env['PROSODY_MODS_DEBUG'])})
    ;(json ? process.stdout : process.stderr).write(text)
    return failure.exitCode
  } finally {
    stopListening()
  }
}

/** `-C folder` in front of the command, and `help command`, as git and cargo take them. */
function normalise(argv: readonly string[]): readonly string[] {
  const [first, second, ...rest] = argv
  if (first === '-C' && second !== undefined && rest.length > 0) return [...normalise(rest), '-C', second]
  if (first === 'help') return second === undefined ? ['--help'] : [second, ...rest, '--help']
  if (first === undefined) return ['--help']
  return argv
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}
