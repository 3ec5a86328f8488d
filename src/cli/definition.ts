import type {Environment} from '../workbench/environment.ts'

/** A kind of word that shells complete: of the registry, of the project's lockfile, or of the disk. */
export type CompletedKind = 'files' | 'folders' | 'installed' | 'lines' | 'modules' | 'sources' | 'suites'

interface Completed {
  /** All values, or those that are asked for most. */
  readonly values?: readonly string[]
  /** What values are, where they can't be listed. */
  readonly completes?: readonly CompletedKind[]
}

interface FlagBase extends Completed {
  /** Of help; global flags have one of their own. */
  readonly group?: 'GLOBAL'
  readonly description: string
}

interface SwitchFlag extends FlagBase {
  readonly type: 'switch'
  readonly char?: 'i' | 'q' | 'v'
}

interface TextFlag extends FlagBase {
  readonly type: 'text'
  readonly char?: 'C'
  /** What help calls the value: `<folder>`. */
  readonly value: string
}

/** May be given more than once. */
interface ListFlag extends FlagBase {
  readonly type: 'list'
  readonly value: string
}

interface CountFlag extends FlagBase {
  readonly type: 'count'
  readonly value: string
  /** A whole number from 0. */
  readonly default: number
}

/** A flag that a command takes, and what it needs behind it. */
export type FlagDefinition = SwitchFlag | TextFlag | ListFlag | CountFlag
/** The flags of a command by their long names. */
export type FlagDefinitions = Readonly<Record<string, FlagDefinition>>

type ValueOf<F extends FlagDefinition> = F extends SwitchFlag
  ? boolean
  : F extends CountFlag
    ? number
    : F extends ListFlag
      ? readonly string[] | undefined
      : string | undefined

/** What was given for each flag of a definition; undefined for a text or a list that was not. */
export type FlagValues<F extends FlagDefinitions> = {readonly [Name in keyof F]: ValueOf<F[Name]>}

/** Flags that every command takes. */
export const globalFlags = {
  directory: {
    type: 'text',
    char: 'C',
    group: 'GLOBAL',
    value: '<folder>',
    completes: ['folders'],
    description: 'look for the project from this folder upwards',
  },
  json: {
    type: 'switch',
    group: 'GLOBAL',
    description: 'print the result as JSON (docs/reference/json.md)',
  },
  quiet: {
    type: 'switch',
    char: 'q',
    group: 'GLOBAL',
    description: 'no progress, no notes, no word of what went well',
  },
  verbose: {
    type: 'switch',
    char: 'v',
    group: 'GLOBAL',
    description: 'say who is asked for what, and what caused an error',
  },
  color: {
    type: 'text',
    group: 'GLOBAL',
    value: '<when>',
    values: ['auto', 'always', 'never'],
    description: 'colours: auto (on a terminal), always or never',
  },
} as const satisfies FlagDefinitions

/** A command line that was taken apart. */
export interface Input<F extends FlagDefinitions> {
  readonly flags: FlagValues<F & typeof globalFlags>
  /** All words that are no flags, in order. */
  readonly operands: readonly string[]
}

/** The input of a command whose flags are not known by type. */
export type AnyInput = Input<FlagDefinitions>

interface Operands extends Completed {
  readonly name: string
  readonly description: string
  readonly required: boolean
  /** Whether more than one may be given. */
  readonly many: boolean
  /**
   * What an address among words that name modules stands for (a page, a file of a repository): a spec as for `add`, a module
   * with the version that it has, or the module's name alone. Absent where the command reads addresses itself, or none.
   */
  readonly addresses?: 'spec' | 'module' | 'name'
}

/** What a command gives back. */
export interface Output {
  /** The result in its documented shape. */
  readonly json: unknown
  readonly exitCode?: number
  /** Whether the text is for a program, or laid out already: a terminal gets it as it is. */
  readonly verbatim?: boolean
  /** The result for a person; ends with a newline unless empty. */
  text(): string
  /** What --quiet leaves of that text: errors and warnings. Absent where `tells` decides. */
  quiet?(): string
  /** What goes to standard error behind it: of a text that a shell is to run, what it leaves out. */
  notes?(): string
}

/**
 * A command as data: oclif is given it for help and for lines that need explaining, and well-formed lines
 * are run without oclif (docs/decisions/004-start-up.md).
 */
export interface CommandDefinition<F extends FlagDefinitions = FlagDefinitions> {
  readonly summary: string
  readonly description?: string
  /** Whole command lines. */
  readonly examples: readonly string[]
  readonly operands?: Operands
  /**
   * Whether its text only tells that it did, or found, what was to be: --quiet leaves that out where it ends with 0 and
   * was no dry run.
   */
  readonly tells?: 'success'
  /** Of a command without operands: what whoever gives it some may want. */
  readonly insteadOfOperands?: (words: string) => string
  readonly flags: F
  /** Does one operation, and shows its result. */
  run(input: Input<F>, environment: Environment): Promise<Output> | Output
}

/** Ties the types of a definition's flags to those that its `run` gets. */
export function defineCommand<const F extends FlagDefinitions>(
  definition: CommandDefinition<F>,
): CommandDefinition<F> {
  return definition
}
