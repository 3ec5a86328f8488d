import type {AndOr} from 'unbash'
import {inBranches} from './scope.ts'
import {where, written, type Node, type Shell, type Signal} from './shell.ts'
import {decide, isQuestion, isTest} from './tests.ts'

/** How a chain stands: decided, open on a test that isn't, or behind a command that runs. */
type Status =
  | {readonly kind: 'decided'; readonly holds: boolean}
  | {readonly kind: 'open'; readonly test: string; readonly isGuarded: boolean}
  | {readonly kind: 'ran'}

/** Reads a chain of `&&` and `||`. */
export function readAndOr(
  shell: Shell,
  node: AndOr,
  shellOf: (index: number) => Shell = () => shell,
): Signal {
  let status: Status = {kind: 'decided', holds: true}
  let signal: Signal = 'next'
  const first = node.commands[0]?.pos ?? node.pos
  for (const [index, command] of node.commands.entries()) {
    const operator = index === 0 ? '&&' : (node.operators[index - 1] ?? '&&')
    const step: Step = {
      command,
      operator,
      before: () => written(shell, {pos: first, end: node.commands[index - 1]?.end ?? first}),
      text: () => written(shell, {pos: first, end: command.end}),
    }
    const result = next(shellOf(index), status, step)
    status = result.status
    signal = result.signal
    if (signal !== 'next') return signal
  }
  return signal
}

interface Step {
  readonly command: Node
  readonly operator: '&&' | '||'
  /** The chain as far as the command before; made where it is asked for alone, since a chain can be long. */
  readonly before: () => string
  /** The chain as far as this command. */
  readonly text: () => string
}

interface Result {
  readonly status: Status
  readonly signal: Signal
}

function next(shell: Shell, status: Status, step: Step): Result {
  const {command, operator} = step
  if (status.kind === 'decided') {
    if (status.holds !== (operator === '&&')) return {status, signal: 'next'}
    if (!isTest(command)) return ran(shell, step)
    const holds = decide(shell, command)
    const open = {kind: 'open', test: written(shell, command), isGuarded: false} as const
    return {status: holds === undefined ? open : {kind: 'decided', holds}, signal: 'next'}
  }
  if (status.kind === 'ran') {
    if (operator === '&&') return ran(shell, step)
    return {status, signal: perhaps(where(shell, `where \`${step.before()}\` fails`), command)}
  }
  if (isTest(command) && !status.isGuarded)
    return {status: {kind: 'open', test: step.text(), isGuarded: false}, signal: 'next'}
  if (operator === '&&') {
    const signal = perhaps(where(shell, status.test), command)
    return {status: {...status, isGuarded: true}, signal}
  }
  return {status: {kind: 'ran'}, signal: perhaps(where(shell, `not: ${status.test}`), command)}
}

/** What an answer of a program decides is open. */
function ran(shell: Shell, {command, text}: Step): Result {
  const signal = shell.walk.command(shell, command)
  if (!isQuestion(command)) return {status: {kind: 'ran'}, signal}
  return {status: {kind: 'open', test: text(), isGuarded: false}, signal}
}

/** What ends a list where something holds does not end it here. */
function perhaps(shell: Shell, command: Node): Signal {
  inBranches(shell.scope, [() => void shell.walk.command(shell, command), () => undefined])
  return 'next'
}
