import {interruptSignal} from './interrupt.ts'
import {createEnvironment, type Environment} from '../workbench/environment.ts'
import {jsonText} from '../plain-text.ts'
import {warningLines} from '../render/common.ts'
import {tellDetails} from '../render/detail.ts'
import {print, say} from '../render/output.ts'
import {startProgress} from '../render/progress.ts'
import type {Warnings} from '../warning.ts'
import type {CommandDefinition, AnyInput, Output} from './definition.ts'
import {loudnessOf, type Loudness} from './global.ts'

/** Runs a command with progress on stderr and its result on stdout; gives the exit code. */
export async function execute(definition: CommandDefinition, input: AnyInput): Promise<number> {
  const {json, 'dry-run': isDry} = input.flags
  const loudness = loudnessOf(input.flags)
  tellDetails(loudness.verbose)
  const output = await run(definition, input, loudness)
  const {exitCode = 0} = output
  const isSilent = loudness.quiet && definition.tells === 'success' && exitCode === 0
  // What would be done, and a report in a form of its own, are what was asked for.
  const isAsked = (isDry === true && changes(output.json)) || isReport(input.flags['format'])
  if (json) print('stdout', `${jsonText(output.json, 2)}\n`)
  else if (isSilent && !isAsked) say('stderr', warningsIn(output.json))
  else tell(output, loudness)
  if (!json && !loudness.quiet && output.notes !== undefined) say('stderr', output.notes())
  return exitCode
}

async function run(definition: CommandDefinition, input: AnyInput, loudness: Loudness): Promise<Output> {
  const {directory, json, 'allow-path': allowed} = input.flags
  const progress = json && !loudness.verbose ? undefined : startProgress(loudness)
  const environment = createEnvironment({
    ...(directory === undefined ? {} : {cwd: directory}),
    ...(Array.isArray(allowed) ? {allowPaths: allowed.map(String)} : {}),
    signal: interruptSignal,
    onProgress: (event) => progress?.onEvent(event),
  })
  try {
    return await definition.run(await meant(definition, input, environment), environment)
  } finally {
    progress?.end()
  }
}

/** With names in place of addresses, for whatever command takes names. */
async function meant(
  {operands: described}: CommandDefinition,
  input: AnyInput,
  environment: Environment,
): Promise<AnyInput> {
  const as = described?.addresses
  if (as === undefined || !input.operands.some((word) => /[:/]/.test(word))) return input
  const {meantOperands} = await import('../workbench/meant-operands.ts')
  return {...input, operands: await meantOperands(input.operands, as, environment)}
}

function tell(output: Output, {quiet}: Loudness): void {
  const told = quiet && output.quiet !== undefined ? output.quiet() : output.text()
  if (output.verbatim === true) print('stdout', told)
  else say('stdout', told)
}

function changes(result: unknown): boolean {
  const {changes: all} = result as {readonly changes?: readonly unknown[]}
  return all === undefined || all.length > 0
}

function isReport(format: unknown): boolean {
  return format !== undefined && format !== 'text'
}

/** Whatever a command has to warn of is among its result. */
function warningsIn(result: unknown): string {
  const {codedWarnings = []} = result as Partial<Warnings>
  return warningLines({codedWarnings: codedWarnings.filter(({known}) => !known)})
    .map((line) => `${line}\n`)
    .join('')
}
