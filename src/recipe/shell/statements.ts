import {parse, forEachChild, type SyntaxNode} from 'unbash'
import type {Notes} from '../notes.ts'
import type {Source} from '../source.ts'
import type {Command, Instruction, Statement} from '../types.ts'
import {literalWord, type Value} from '../value.ts'
import {readAndOr} from './and-or.ts'
import {afterUnwrapping, readBody} from './commands.ts'
import {emit} from './emit.ts'
import {scopeOf, type ShellFunction} from './scope.ts'
import {where, type Script, type Shell, type Statement as StatementNode} from './shell.ts'
import {noteErrors, walk} from './walk.ts'
import {programName} from './wrappers.ts'

/** A script, and what holds where it begins. */
export interface Reading {
  readonly source: Source
  readonly notes: Notes
  readonly variables: ReadonlyMap<string, Value>
}

/** Makes the place where a script begins. */
export function startOf({source, notes, variables}: Reading): Shell {
  return {
    notes,
    source,
    walk,
    output: {actions: [], steps: 0, isFull: false},
    scope: scopeOf(variables),
    conditions: [],
    statement: 0,
    isCaptured: false,
    depth: 0,
    redirects: [],
    input: undefined,
    feed: undefined,
  }
}

/** Reads a script: its statements, and what runs. */
export function readShell(reading: Reading): Pick<Instruction, 'statements' | 'actions'> {
  const script = parse(reading.source.text)
  const shell = startOf(reading)
  noteErrors(shell, script, reading.source)
  const units = unitsOf(script)
  readUnits(shell, script)
  readUncalled(shell)
  return {statements: statementsOf(reading, units), actions: shell.output.actions}
}

/** Reads a command that is given as its words, without a shell. */
export function readExec(
  reading: Reading & {readonly words: readonly string[]},
): Pick<Instruction, 'statements' | 'actions'> {
  const {source, notes, words} = reading
  const [program = '', ...args] = words
  const shell = startOf(reading)
  const node = {pos: 0, end: source.text.length}
  const start = source.at(0)
  const last = source.at(Math.max(0, node.end - 1))
  const line = notes.lineOf(start)
  const lastLine = notes.lineOf(last)
  const command: Command = {
    name: programName(program),
    args: args.map(literalWord),
    variables: {},
    redirects: [],
    input: undefined,
    line,
    lastLine,
  }
  const prepared = afterUnwrapping(shell, node, command)
  if (prepared.kind === 'body') prepared.read(shell)
  if (prepared.kind === 'command') emit(shell, [prepared.command], node)
  return {
    statements: [{start, end: last + 1, line, lastLine, joinedBy: ''}],
    actions: shell.output.actions,
  }
}

/** A part of a chain of `&&` and `||` is a statement of its own. */
interface Unit {
  readonly node: SyntaxNode & {readonly pos: number; readonly end: number}
  readonly operator: '&&' | '||' | undefined
  readonly isBackground: boolean
}

function unitsOf({commands}: Script): readonly Unit[] {
  return commands.flatMap(({command, background}): readonly Unit[] => {
    const isBackground = background === true
    if (command.type !== 'AndOr') return [{node: command, operator: undefined, isBackground}]
    return command.commands.map((node, index) => ({
      node,
      operator: index === 0 ? undefined : command.operators[index - 1],
      isBackground,
    }))
  })
}

function readUnits(shell: Shell, {commands}: Script): void {
  let count = 0
  for (const {command} of commands) {
    const first = count
    count += command.type === 'AndOr' ? command.commands.length : 1
    if (readUnit({...shell, statement: first}, command) === 'exit') return
  }
}

function readUnit(shell: Shell, command: StatementNode['command']): string {
  if (command.type !== 'AndOr') return shell.walk.command(shell, command)
  return readAndOr(shell, command, (index) => ({...shell, statement: shell.statement + index}))
}

/** Functions that nothing here calls are there for who reads the script in: those that others call come last. */
function readUncalled(shell: Shell): void {
  const all = [...shell.scope.functions]
  const uncalled = all.filter(([, one]) => !one.isCalled)
  const isRoot = ([name]: readonly [string, ShellFunction]): boolean =>
    !uncalled.some(([other, one]) => other !== name && mentions(one, name))
  for (const [name, one] of [...uncalled.filter(isRoot), ...uncalled]) {
    if (one.isCalled) continue
    one.isCalled = true
    const place = {
      ...where(shell, `where \`${name}\` is called`),
      source: one.source,
      statement: one.statement,
    }
    readBody(
      {
        ...place,
        scope: {
          ...shell.scope,
          variables: new Map(shell.scope.variables),
          positional: undefined,
          locals: new Map(),
        },
      },
      one,
    )
  }
}

function mentions({body, source}: ShellFunction, name: string): boolean {
  const text = source.text.slice(body.pos, body.end)
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!/[\w-]/.test(text[at - 1] ?? '') && !/[\w-]/.test(text[at + name.length] ?? '')) return true
  }
  return false
}

function statementsOf({source, notes}: Reading, units: readonly Unit[]): readonly Statement[] {
  let before: {readonly end: number; readonly isBackground: boolean} | undefined
  let heredocsBefore = 0
  return units.map(({node, operator, isBackground}, index) => {
    const next = units[index + 1]?.node.pos ?? Infinity
    const heredocs = heredocEnd(node)
    // Texts of statements in one line follow each other below it: none of them has its own alone.
    const isAlone = heredocs <= next && heredocsBefore <= node.pos
    const end = isAlone ? Math.max(node.end, heredocs) : node.end
    heredocsBefore = Math.max(heredocsBefore, heredocs)
    const joinedBy =
      before === undefined ? '' : (operator ?? joinOf(source.text.slice(before.end, node.pos), before))
    before = {end, isBackground}
    const start = source.at(node.pos)
    const last = source.at(Math.max(node.pos, end - 1))
    return {start, end: last + 1, line: notes.lineOf(start), lastLine: notes.lineOf(last), joinedBy}
  })
}

function joinOf(between: string, {isBackground}: {readonly isBackground: boolean}): Statement['joinedBy'] {
  if (isBackground) return '&'
  return between.replaceAll(/#.*$/gm, '').includes(';') ? ';' : 'newline'
}

/** Gives the end of the last here-document in a node; 0 without one. */
function heredocEnd(node: SyntaxNode): number {
  let end = node.type === 'HereDoc' ? (node.closing?.end ?? node.body.end) : 0
  if (node.type === 'Word' || node.type === 'Assignment') return end
  forEachChild(node, (child) => {
    end = Math.max(end, heredocEnd(child))
  })
  return end
}
