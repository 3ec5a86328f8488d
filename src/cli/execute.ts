import {interruptSignal} from '../interrupt.ts'
import {createEnvironment} from '../operations/environment.ts'
import {progressLine} from '../render/progress.ts'
import type {CommandDefinition, AnyInput} from './definition.ts'

/** Runs a command with progress on stderr and its result on stdout; gives the exit code. */
export async function execute(definition: CommandDefinition, input: AnyInput): Promise<number> {
  const {directory, json} = input.flags
  const environment = createEnvironment({
    ...(directory === undefined ? {} : {cwd: directory}),
    signal: interruptSignal,
    onProgress: (event) => {
      const line = json ? '' : progressLine(event, process.stderr.isTTY)
      if (line !== '') process.stderr.write(line)
    },
  })
  const output = await definition.run(input, environment)
  if (!json && process.stderr.isTTY) process.stderr.write(progressLine(undefined, true))
  process.stdout.write(json ? `${JSON.stringify(output.json, undefined, 2)}\n` : output.text())
  if (!json && output.notes !== undefined) process.stderr.write(output.notes())
  return output.exitCode ?? 0
}
