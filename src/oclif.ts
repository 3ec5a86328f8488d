import * as Args from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import {Plugin} from '@oclif/core/config'
import * as Flags from '@oclif/core/flags'
import type * as Interfaces from '@oclif/core/interfaces'
import {globalFlags, type CommandDefinition, type FlagDefinition, type AnyInput} from './cli/definition.ts'
import {execute} from './cli/execute.ts'
import {commands as definitions} from './commands/index.ts'
import {readPackageFile} from './package-files.ts'

/**
 * The commands in the form that oclif wants them in (package.json: oclif.commands), for help, manifest and
 * explanations.
 */
export const commands: Readonly<Record<string, Command.Class>> = Object.fromEntries(
  [...definitions].map(([name, definition]) => [name.replaceAll(' ', ':'), oclifCommand(definition)]),
)

/** Returns what oclif finds in the folder of a package, for a program that has none. */
export async function embeddedOptions(): Promise<Interfaces.Options> {
  const pjson = JSON.parse(readPackageFile('package.json').toString()) as Interfaces.PJSON
  const plugin = new Plugin({root: '/', pjson, isRoot: true, ignoreManifest: true})
  // Where it would keep what it loads from a file.
  Object.assign(plugin, {commandCache: commands})
  await plugin.load()
  return {root: plugin.root, pjson, plugins: new Map([[plugin.name, plugin]])}
}

function oclifCommand(definition: CommandDefinition): Command.Class {
  const {operands} = definition
  return class Described extends Command {
    static override summary = definition.summary
    static override description = definition.description
    static override examples = [...definition.examples]
    static override strict = operands?.many !== true
    static override args =
      operands === undefined
        ? {}
        : {
            [operands.name]: Args.string({
              required: operands.required,
              description: operands.description,
              // oclif would otherwise take a missing word from a pipe.
              ignoreStdin: true,
            }),
          }
    static override flags = Object.fromEntries(
      Object.entries({...definition.flags, ...globalFlags}).map(([name, flag]) => [name, oclifFlag(flag)]),
    )

    override async run(): Promise<void> {
      const {flags, argv} = await this.parse(Described)
      const operands = argv as readonly string[]
      process.exitCode = await execute(definition, {flags: flags as AnyInput['flags'], operands})
    }
  }
}

function oclifFlag(flag: FlagDefinition): Command.Class['flags'][string] {
  const {description} = flag
  const shared = {description, ...(flag.group === undefined ? {} : {helpGroup: flag.group})}
  const char = 'char' in flag ? {char: flag.char} : {}
  switch (flag.type) {
    case 'switch':
      return Flags.boolean({...shared, ...char})
    case 'text':
      return Flags.string({...shared, helpValue: flag.value, ...char})
    case 'list':
      return Flags.string({...shared, helpValue: flag.value, multiple: true, multipleNonGreedy: true})
    case 'count':
      return Flags.integer({...shared, helpValue: flag.value, default: flag.default, min: 0})
  }
}
