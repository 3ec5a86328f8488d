import {interruptSignal} from './interrupt.ts'
import {createEnvironment} from '../workbench/environment.ts'
import {jsonText} from '../plain-text.ts'
import {print, say} from '../render/output.ts'
import {startProgress} from '../render/progress.ts'
import type {CommandDefinition, AnyInput, Output} from './definition.ts'

/** Runs a command with progress on stderr and its result on stdout; gives the exit code. */
export async function execute(definition: CommandDefinition, input: AnyInput): Promise<number> {
  const {json} = input.flags
  const output = await run(definition, input)
  if (json) print('stdout', `${jsonText(output.json, 2)}\n`)
  else if (output.verbatim === true) print('stdout', output.text())
  else say('stdout', output.text())
  if (!json && output.notes !== undefined) say('stderr', output.notes())
  return output.exitCode ?? 0
}

async function run(definition: CommandDefinition, input: AnyInput): Promise<Output> {
  const {directory, json, 'allow-path': allowed} = input.flags
  const progress = json ? undefined : startProgress()
  const environment = createEnvironment({
    ...(directory === undefined ? {} : {cwd: directory}),
    ...(Array.isArray(allowed) ? {allowPaths: allowed.map(String)} : {}),
    signal: interruptSignal,
    onProgress: (event) => progress?.onEvent(event),
  })
  try {
    return await definition.run(input, environment)
  } finally {
    progress?.end()
  }
}
