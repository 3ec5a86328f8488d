import {readFileSync, readdirSync} from 'node:fs'
import {basename, join} from 'node:path'
import {globalFlags, type CompletedKind, type FlagDefinition} from '../../src/cli/definition.ts'
import {commands} from '../../src/commands/index.ts'

/** What can stand in one place of a command line. */
export interface Words {
  readonly values: readonly string[]
  /** What the shell has to look for itself. */
  readonly kinds: readonly LookedFor[]
}

/** What no list in a script can hold, or what the script has one list of for all places. */
export type LookedFor = Extract<CompletedKind, 'files' | 'folders' | 'installed' | 'modules'>

/** A flag as shells complete it. */
export interface ShellFlag {
  /** With its dashes, the long form first. */
  readonly names: readonly string[]
  readonly description: string
  /** Whether it may be given again. */
  readonly repeats: boolean
  /** Undefined for one without a value. */
  readonly value?: Words & {readonly label: string}
}

/** A command as shells complete it. */
export interface ShellCommand {
  /** Its words, with a space between them. */
  readonly name: string
  readonly summary: string
  /** Without those that every command takes. */
  readonly flags: readonly ShellFlag[]
  readonly operands?: Words & {readonly label: string; readonly many: boolean}
}

/** All that the script of a shell is made of. */
export interface ShellData {
  readonly version: string
  readonly commands: readonly ShellCommand[]
  /** First words of commands that have two, with what they are about. */
  readonly topics: ReadonlyMap<string, string>
  /** Flags of every command. */
  readonly globals: readonly ShellFlag[]
  /** Sources, each with its modules and what these do. */
  readonly sources: ReadonlyMap<string, ReadonlyMap<string, string>>
}

interface Registry {
  readonly lines: readonly string[]
  readonly suites: readonly string[]
  readonly sources: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/**
 * Reads what completion is made of: the commands, and names of the registry.
 * @param root folder of the package
 */
export function shellData(root: string): ShellData {
  const registry = readRegistry(root)
  const {version, oclif} = readJson(root, 'package.json') as {
    version: string
    oclif: {topics: Record<string, {description: string}>}
  }
  const all = [...commands].map(([name, {summary, flags, operands}]) => ({
    name,
    summary,
    flags: flagsOf(flags, registry),
    ...(operands === undefined
      ? {}
      : {operands: {...wordsOf(operands, registry), label: operands.name, many: operands.many}}),
  }))
  const topics = Object.entries(oclif.topics).map(([name, {description}]) => [name, description] as const)
  const help = {names: ['--help', '-h'], description: 'show what the command takes', repeats: false}
  return {
    version,
    commands: all,
    topics: new Map(topics),
    globals: [...flagsOf(globalFlags, registry), help],
    sources: registry.sources,
  }
}

function flagsOf(flags: Readonly<Record<string, FlagDefinition>>, registry: Registry): readonly ShellFlag[] {
  return Object.entries(flags).map(([name, flag]) => ({
    names: [`--${name}`, ...('char' in flag ? [`-${flag.char}`] : [])],
    description: flag.description,
    repeats: flag.type === 'list',
    ...(flag.type === 'switch'
      ? {}
      : {value: {...wordsOf(flag, registry), label: flag.value.replaceAll(/[<>]/g, '')}}),
  }))
}

interface Completed {
  readonly values?: readonly string[]
  readonly completes?: readonly CompletedKind[]
}

function wordsOf({values = [], completes = []}: Completed, registry: Registry): Words {
  const known: Readonly<Partial<Record<CompletedKind, readonly string[]>>> = {
    lines: registry.lines,
    suites: registry.suites,
    sources: [...registry.sources.keys()],
  }
  return {
    values: [...values, ...completes.flatMap((kind) => known[kind] ?? [])],
    kinds: completes.filter((kind): kind is LookedFor => known[kind] === undefined),
  }
}

function readRegistry(root: string): Registry {
  const {sources, names} = readJson(root, 'registry/index.json') as {
    sources: string[]
    names: Record<string, string[]>
  }
  const {summaries} = readJson(root, 'registry/summaries.json') as {
    summaries: Record<string, Record<string, {summary: string}>>
  }
  const {suites} = readJson(root, 'registry/suites.json') as {suites: {name: string; prosody: string}[]}
  // those of which something is known
  const lines = readdirSync(join(root, 'registry/prosody')).map((name) => basename(name, '.json'))
  const ofSource = (source: string): [string, string][] =>
    Object.entries(names)
      .filter(([, owners]) => owners.includes(source))
      .map(([name]) => [name, summaries[source]?.[name]?.summary ?? ''])
  return {
    lines,
    suites: suites.filter(({prosody}) => lines.includes(prosody)).map(({name}) => name),
    sources: new Map(
      sources.map((source) => [source, new Map(ofSource(source))] as const).filter(([, all]) => all.size > 0),
    ),
  }
}

function readJson(root: string, path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}
