import {partOf, sourceAt, type Source} from '../source.ts'
import type {Command} from '../types.ts'
import {known, textOf, unknown, wordOf, type Field, type Value} from '../value.ts'
import {assign, declare, prefixWords} from './assignments.ts'
import {fieldsOfWord} from './expand.ts'
import {readNames} from './loops.ts'
import {heredocsOf, inputOf, redirectsOf} from './redirects.ts'
import {copyOf, dropLocals, setUnknown, setVariable, type ShellFunction} from './scope.ts'
import type {CommandNode, Shell, Signal} from './shell.ts'
import {givenScript, calledAs, unwrapped, type GivenScript} from './wrappers.ts'

/** What a simple command comes to: nothing that runs, a command, or a list of commands in its place. */
export type Prepared =
  | {readonly kind: 'none'; readonly signal: Signal}
  | {readonly kind: 'command'; readonly command: Command; readonly signal: Signal}
  | {readonly kind: 'body'; readonly read: (shell: Shell) => Signal}

/** Functions and scripts in scripts deeper than this stay commands: some call themselves. */
const deepest = 12

const none: Prepared = {kind: 'none', signal: 'next'}

/** Gives what a simple command comes to; sets what it sets. */
export function prepare(shell: Shell, node: CommandNode): Prepared {
  if (node.name === undefined) {
    for (const one of node.prefix) if (one.type === 'Assignment') assign(shell, one)
    inputOf(shell, node.redirects)
    return none
  }
  const builtin = readBuiltin(shell, node, node.name.value)
  if (builtin !== undefined) return builtin
  const fields = [node.name, ...node.suffix].flatMap((word): readonly Field[] => {
    if (word.type === 'Assignment') return fieldsOfAssignment(word.text)
    return word.type === 'Word' ? fieldsOfWord(shell, word) : []
  })
  const [first, ...rest] = fields
  if (first === undefined) return none
  const command = commandOf(shell, node, fields)
  const called = shell.scope.functions.get(textOf(first.value))
  if (called !== undefined && shell.depth < deepest)
    return {kind: 'body', read: (inner) => callFunction(inner, called, {args: rest, command})}
  return afterUnwrapping(shell, node, command)
}

function fieldsOfAssignment(text: string): readonly Field[] {
  return [{value: text.includes('$') ? unknown(text) : known(text), isPattern: false}]
}

function commandOf(shell: Shell, node: CommandNode, [first, ...rest]: readonly Field[]): Command {
  const {lineOf} = shell.notes
  const end = Math.max(node.end, ...heredocsOf(node.redirects).map((one) => one.closing?.end ?? one.body.end))
  const input = inputOf(shell, node.redirects)
  return {
    ...calledAs(textOf(first?.value ?? [])),
    args: rest.map(wordOf),
    variables: prefixWords(shell, node),
    redirects: redirectsOf(shell, node.redirects),
    input: input && wordOf({value: input, isPattern: false}),
    line: lineOf(shell.source.at(node.pos)),
    lastLine: lineOf(shell.source.at(Math.max(node.pos, end - 1))),
  }
}

/** Gives what a command comes to once what passes it on is off: its script where it is a shell with one. */
export function afterUnwrapping(
  shell: Shell,
  node: {readonly pos: number; readonly end: number},
  command: Command,
): Prepared {
  const inner = unwrapped(command)
  const given = shell.depth < deepest ? givenScript(inner) : undefined
  if (given !== undefined)
    return {kind: 'body', read: (outer) => readGiven(outer, given, {node, command: inner})}
  return {kind: 'command', command: inner, signal: inner.name === 'exit' ? 'exit' : 'next'}
}

interface Called {
  readonly node: {readonly pos: number; readonly end: number}
  readonly command: Command
}

function readGiven(shell: Shell, {script, args}: GivenScript, {node, command}: Called): Signal {
  const scope = copyOf(shell.scope)
  scope.positional = args.map(({text, unknown: parts}) => (parts.length > 0 ? unknown(text) : known(text)))
  for (const [name, word] of Object.entries(command.variables)) {
    const value = word.unknown.length > 0 ? unknown(word.text) : known(word.text)
    setVariable(scope, name, {value, index: undefined, isAppended: false})
  }
  const inside = {
    ...shell,
    scope,
    depth: shell.depth + 1,
    redirects: [...shell.redirects, ...command.redirects],
  }
  shell.walk.script({...inside, input: undefined}, sourceOf(shell, script.text, node))
  return 'next'
}

/** A script that stands in the source as it is keeps its lines. */
function sourceOf({source}: Shell, text: string, {pos, end}: Called['node']): Source {
  const isWhole = text.trim() !== ''
  const found = isWhole ? source.text.indexOf(text, pos) : -1
  const isNear = found !== -1 && (found < end || text.includes('\n'))
  return isNear ? partOf(source, found, found + text.length) : sourceAt(text, source.at(pos))
}

function callFunction(
  shell: Shell,
  called: ShellFunction,
  {args, command}: {readonly args: readonly Field[]; readonly command: Command},
): Signal {
  called.isCalled = true
  const {scope} = shell
  const {positional, locals} = scope
  scope.positional = args.map(valueOfField)
  scope.locals = new Map()
  for (const [name, word] of Object.entries(command.variables)) {
    const value = word.unknown.length > 0 ? unknown(word.text) : known(word.text)
    setVariable(scope, name, {value, index: undefined, isAppended: false})
  }
  const inside = {
    ...shell,
    source: called.source,
    depth: shell.depth + 1,
    redirects: [...shell.redirects, ...command.redirects],
  }
  const signal = readBody(inside, called)
  dropLocals(scope)
  scope.positional = positional
  scope.locals = locals
  return signal === 'exit' ? 'exit' : 'next'
}

function valueOfField({value, isPattern}: Field): Value {
  return isPattern ? value.map((segment) => ({...segment, isPattern: true})) : value
}

/** Reads the body of a function. */
export function readBody(shell: Shell, {body}: ShellFunction): Signal {
  return body.type === 'CompoundList' ? shell.walk.list(shell, body) : shell.walk.command(shell, body)
}

/** Reads what changes the shell alone and runs nothing. */
function readBuiltin(shell: Shell, node: CommandNode, name: string): Prepared | undefined {
  const {scope} = shell
  switch (name) {
    case 'export':
    case 'local':
    case 'declare':
    case 'readonly':
    case 'typeset':
      declare(shell, name, node)
      return none
    case 'read':
      setUnknown(scope, readNames(node))
      return none
    case 'mapfile':
    case 'readarray':
    case 'getopts':
    case 'let':
      setUnknown(
        scope,
        literals(node).map((word) => /^\w+/.exec(word)?.[0] ?? ''),
      )
      return name === 'getopts' ? undefined : none
    case 'unset':
      for (const one of literals(node))
        setVariable(scope, one, {value: known(''), index: undefined, isAppended: false})
      return none
    case 'shift':
      scope.positional = scope.positional?.slice(Number(literals(node)[0] ?? 1) || 1)
      return none
    case 'set': {
      readSet(shell, node)
      return
    }
    case 'printf': {
      readPrintf(shell, node)
      return
    }
    case 'return':
    case 'break':
    case 'continue':
      return {kind: 'none', signal: name}
    case '[':
    case 'test':
    case 'true':
    case 'false':
    case ':':
      for (const word of node.suffix) if (word.type === 'Word') fieldsOfWord(shell, word)
      return none
    default:
      return undefined
  }
}

function literals(node: CommandNode): readonly string[] {
  return node.suffix.flatMap((word) =>
    word.type === 'Word' && !word.value.startsWith('-') ? [word.value] : [],
  )
}

/** `set -- a b` gives arguments; the command itself is one as others. */
function readSet(shell: Shell, node: CommandNode): undefined {
  const words = node.suffix.flatMap((word) => (word.type === 'Word' ? [word] : []))
  const at = words.findIndex(({value}) => value === '--')
  if (at === -1) return undefined
  shell.scope.positional = words.slice(at + 1).flatMap((word) => fieldsOfWord(shell, word).map(valueOfField))
  return undefined
}

/** `printf -v name …`. */
function readPrintf({scope}: Shell, node: CommandNode): undefined {
  const words = node.suffix.flatMap((word) => (word.type === 'Word' ? [word.value] : []))
  if (words[0] === '-v') setUnknown(scope, words.slice(1, 2))
  return undefined
}
