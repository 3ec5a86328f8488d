import type {Command} from '../types.ts'
import {parse, type ParsedScript} from 'unbash'
import {sourceAt, type Source} from '../source.ts'
import {known, unknown, type Value} from '../value.ts'
import {readAndOr} from './and-or.ts'
import {readCase, readIf} from './branches.ts'
import {prepare} from './commands.ts'
import {emit, inSubshell} from './emit.ts'
import {readArithmeticFor, readFor, readWhile} from './loops.ts'
import {readPipeline, readRedirected} from './pipelines.ts'
import {printedBy, printedByPipe} from './printed.ts'
import {copyOf, setUnknown} from './scope.ts'
import {decide} from './tests.ts'
import type {CompoundList, Node, Script, Shell, Signal, Statement, Walk, Written} from './shell.ts'

/** Loops in loops can go round for hours without a command. */
const mostSteps = 100_000

/** Substitutions in substitutions deeper than this stand as they are written. */
const deepest = 16

/** Ways to read what stands in a script. */
export const walk: Walk = {command: readCommand, list: readList, script: readScriptIn, capture}

function readCommand(shell: Shell, node: Node): Signal {
  const {output} = shell
  if (output.isFull || ++output.steps > mostSteps) return tooMuch(shell, node)
  switch (node.type) {
    case 'Statement':
      return readCommand(shell, node.command)
    case 'Command':
      return readPipeline(shell, [node], node)
    case 'Pipeline':
      return readPipeline(shell, node.commands, node)
    case 'AndOr':
      return readAndOr(shell, node)
    case 'If':
      return readIf(shell, node)
    case 'Case':
      return readCase(shell, node)
    case 'For':
    case 'Select':
      return readFor(shell, node)
    case 'ArithmeticFor':
      return readArithmeticFor(shell, node)
    case 'While':
      return readWhile(shell, node)
    case 'Subshell':
      inSubshell(shell, () => readList({...shell, scope: copyOf(shell.scope)}, node.body))
      return 'next'
    case 'BraceGroup':
      return readList(shell, node.body)
    case 'CompoundList':
      return readList(shell, node)
    case 'Redirected':
      return readRedirected(shell, node)
    case 'Coproc':
      return readCommand(shell, node.body)
    case 'Function':
      shell.scope.functions.set(node.name.value, {
        body: node.body,
        source: shell.source,
        statement: shell.statement,
        isCalled: false,
      })
      return 'next'
    case 'TestCommand':
      decide(shell, node)
      return 'next'
    case 'ArithmeticCommand':
      setUnknown(
        shell.scope,
        [...node.body.matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name),
      )
      return 'next'
    default:
      return 'next'
  }
}

function tooMuch({output, notes, source}: Shell, node: Node): Signal {
  if (!output.isFull) notes.problem(source.at(node.pos), `loops go round too often: the rest is left out`)
  output.isFull = true
  return 'exit'
}

function readList(shell: Shell, {commands}: CompoundList | Script): Signal {
  for (const statement of commands) {
    const signal = readCommand(shell, statement)
    if (signal !== 'next') return signal
  }
  return 'next'
}

/** Reads a script inside of a script. */
function readScriptIn(shell: Shell, source: Source): Signal {
  const script = parse(source.text)
  noteErrors(shell, script, source)
  return inSubshell(shell, () => readList({...shell, source}, script))
}

/** Notes what is no shell in a script. */
export function noteErrors({notes}: Pick<Shell, 'notes'>, script: ParsedScript, source: Source): void {
  for (const {message, pos} of script.errors ?? []) {
    notes.problem(source.at(Math.max(0, Math.min(pos, source.text.length - 1))), message)
  }
}

function capture(shell: Shell, script: ParsedScript | undefined, part: Written): Value {
  if (script === undefined || shell.depth >= deepest) return unknown(part.text)
  const source =
    script.source === undefined ? shell.source : sourceAt(script.source, shell.source.at(part.pos))
  noteErrors(shell, script, source)
  const inside: Shell = {
    ...shell,
    source,
    scope: copyOf(shell.scope),
    isCaptured: true,
    depth: shell.depth + 1,
    redirects: [],
    input: undefined,
    feed: undefined,
  }
  const [only, ...others] = script.commands
  // `# …` in backquotes is a way to write comments between words.
  if (only === undefined) return script.errors === undefined ? known('') : unknown(part.text)
  if (others.length === 0 && only.command.type === 'Command') return captureOne(inside, only, part)
  if (others.length === 0 && only.command.type === 'Pipeline') {
    const printed = ofPipe(inside, only.command.commands)
    if (printed !== undefined) return known(printed.replace(/\n+$/, ''))
    readCommand(inside, only)
  } else inSubshell(inside, () => readList(inside, script))
  return unknown(part.text)
}

/** `$(echo "$x" | sed s/a/b/)` is told without running anything. */
function ofPipe(shell: Shell, nodes: readonly Node[]): string | undefined {
  const commands: Command[] = []
  for (const node of nodes) {
    const prepared = node.type === 'Command' ? prepare(shell, node) : undefined
    if (prepared?.kind !== 'command') return undefined
    commands.push(prepared.command)
  }
  return printedByPipe(commands)
}

/** `$(basename "$x" .lua)` is told without running anything. */
function captureOne(shell: Shell, {command}: Statement, part: Written): Value {
  if (command.type !== 'Command') return unknown(part.text)
  const prepared = prepare(shell, command)
  if (prepared.kind === 'body') prepared.read(shell)
  if (prepared.kind !== 'command') return unknown(part.text)
  const printed = printedBy(prepared.command)
  const {args} = prepared.command
  if (printed !== undefined) {
    const isPattern = args.some((word) => word.isPattern)
    return [{text: printed.replace(/\n+$/, ''), isKnown: true, isPattern}]
  }
  emit(shell, [prepared.command], command)
  return unknown(part.text)
}
