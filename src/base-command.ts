import type {Interfaces} from '@oclif/core'
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {interruptSignal} from './interrupt.ts'
import {createEnvironment, type Environment} from './operations/environment.ts'
import {progressLine} from './render/progress.ts'

type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<
  (typeof BaseCommand)['baseFlags'] & T['flags']
>
type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>

export interface Parsed<T extends typeof Command> {
  readonly flags: FlagsOf<T>
  readonly args: ArgsOf<T>
  /** Everything that is no flag, in order. */
  readonly argv: readonly string[]
}

/** What all commands share: -C, --json, progress on stderr, results on stdout. */
export abstract class BaseCommand<T extends typeof Command> extends Command {
  static override baseFlags = {
    directory: Flags.string({
      char: 'C',
      helpGroup: 'GLOBAL',
      helpValue: '<folder>',
      description: 'look for the project from this folder upwards',
    }),
    json: Flags.boolean({
      helpGroup: 'GLOBAL',
      description: 'print the result as JSON (docs/reference/json.md)',
    }),
  }

  /** Parses, runs one operation and prints what came out. */
  protected abstract work(parsed: Parsed<T>, environment: Environment): Promise<Output>

  override async run(): Promise<void> {
    const parsed = (await this.parse(this.ctor)) as unknown as Parsed<T>
    const flags = parsed.flags as {readonly directory?: string; readonly json: boolean}
    const environment = createEnvironment({
      ...(flags.directory === undefined ? {} : {cwd: flags.directory}),
      signal: interruptSignal,
      onProgress: (event) => {
        const line = flags.json ? '' : progressLine(event, process.stderr.isTTY)
        if (line !== '') process.stderr.write(line)
      },
    })
    const output = await this.work({...parsed, argv: parsed.argv}, environment)
    if (!flags.json && process.stderr.isTTY) process.stderr.write(progressLine(undefined, true))
    process.stdout.write(flags.json ? `${JSON.stringify(output.json, undefined, 2)}\n` : output.text())
    process.exitCode = output.exitCode ?? 0
  }
}

/** What a command gives back. */
export interface Output {
  /** The documented shape. */
  readonly json: unknown
  readonly exitCode?: number
  /** For a person; ends with a newline unless empty. */
  text(): string
}
