import type {ArithmeticFor, For, Select, While} from 'unbash'
import {known, knownText, type Field, type Value} from '../value.ts'
import {fieldsOfWord} from './expand.ts'
import {splitAt} from './fields.ts'
import {inBranches, setUnknown, type Variable} from './scope.ts'
import {where, written, type CommandNode, type CompoundList, type Shell, type Signal} from './shell.ts'
import {decideList, isTestList} from './tests.ts'

/** Reads `for` and `select`, once for each word; once in all where the words can't be told. */
export function readFor(shell: Shell, {name, wordlist, body}: For | Select): Signal {
  const fields = wordlist?.flatMap((word) => fieldsOfWord(shell, word)) ?? ofArguments(shell)
  return each(fields, (field) => {
    shell.scope.variables.set(name.value, loopVariable(field))
    return shell.walk.list(shell, body)
  })
}

/** Reads `for (( … ))` once. */
export function readArithmeticFor(shell: Shell, node: ArithmeticFor): Signal {
  const names = shell.source.text.slice(node.pos, node.body.pos).match(/[A-Za-z_]\w*/g) ?? []
  setUnknown(shell.scope, names)
  return each([undefined], () => shell.walk.list(shell, node.body))
}

/** Reads `while` and `until`: once for each line that a `read` in front gets where these are known, else once. */
export function readWhile(shell: Shell, node: While): Signal {
  const reading = readingCommand(node.clause)
  if (reading !== undefined && node.kind === 'while') return readLines(shell, node, reading)
  const inside = {...shell, input: undefined}
  if (isTestList(node.clause)) {
    const holds = decideList(shell, node.clause)
    if (holds !== undefined) return holds === (node.kind === 'while') ? once(shell, node.body) : 'next'
  } else shell.walk.list(inside, node.clause)
  const clause = written(shell, node.clause).replace(/;$/, '')
  perhaps(where(inside, node.kind === 'while' ? clause : `not: ${clause}`), node.body)
  return 'next'
}

function ofArguments(shell: Shell): readonly Field[] {
  const values = shell.scope.positional ?? [[{text: '$@', isKnown: false}]]
  return values.map((value) => ({value, isPattern: false}))
}

function loopVariable({value, isPattern}: Field): Variable {
  if (isPattern) return {kind: 'text', value: value.map((segment) => ({...segment, isPattern: true}))}
  return value.length > 0 && value.every(({isKnown}) => !isKnown) ? {kind: 'set'} : {kind: 'text', value}
}

function each<T>(items: readonly T[], read: (item: T) => Signal): Signal {
  for (const item of items) {
    const signal = read(item)
    if (signal === 'break') return 'next'
    if (signal === 'return' || signal === 'exit') return signal
  }
  return 'next'
}

function once(shell: Shell, body: CompoundList): Signal {
  return each([undefined], () => shell.walk.list(shell, body))
}

function perhaps(shell: Shell, body: CompoundList): void {
  inBranches(shell.scope, [() => void shell.walk.list(shell, body), () => undefined])
}

interface Reading {
  readonly names: readonly string[]
  /** Of `IFS=` in front of it; undefined without. */
  readonly separators: string | undefined
}

/** `while read x`, `while IFS= read -r x || [ -n "$x" ]`. */
function readingCommand(clause: CompoundList): Reading | undefined {
  const last = clause.commands[0]?.command
  const command = last?.type === 'AndOr' ? last.commands[0] : last
  if (command?.type !== 'Command' || command.name?.value !== 'read') return undefined
  return {names: readNames(command), separators: separatorsOf(command)}
}

/** Lists the variables that `read` sets. */
export function readNames(command: CommandNode): readonly string[] {
  const words = command.suffix.flatMap((word) => (word.type === 'Word' ? [word.value] : []))
  const names: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (/^-\w*[dinNptu]$/.test(word)) at++
    else if (/^[A-Za-z_]\w*$/.test(word)) names.push(word)
  }
  return names.length === 0 ? ['REPLY'] : names
}

function separatorsOf(command: CommandNode): string | undefined {
  for (const one of command.prefix)
    if (one.type === 'Assignment' && one.name === 'IFS' && one.value.type === 'Word') return one.value.value
  return undefined
}

function readLines(shell: Shell, node: While, reading: Reading): Signal {
  const {input} = shell
  const text = input && knownText(input)
  const inside = {...shell, input: undefined}
  if (text === undefined) {
    setUnknown(shell.scope, reading.names)
    perhaps(where(inside, written(shell, node.clause).replace(/;$/, '')), node.body)
    return 'next'
  }
  const lines = text.replace(/\n$/, '').split('\n')
  return each(lines, (line) => {
    setFromLine(inside, line, reading)
    return inside.walk.list(inside, node.body)
  })
}

/** The last variable gets the rest of the line. */
function setFromLine({scope}: Shell, line: string, {names, separators = ' \t\n'}: Reading): void {
  let rest: string | undefined = separators === '' ? line : line.trim()
  names.forEach((name, index) => {
    const whole = rest ?? ''
    const isLast = index === names.length - 1
    const first = isLast || separators === '' ? whole : (splitAt(known(whole), separators)?.[0] ?? '')
    const value: Value = known(first)
    scope.variables.set(name, {kind: 'text', value})
    rest = whole.slice(first.length)
    rest = /^\s*$/.test(separators) ? rest.trimStart() : rest.slice(1)
  })
}
