import type {CommandNode as PipelinePart, Redirected} from 'unbash'
import type {Command} from '../types.ts'
import {known, type Value} from '../value.ts'
import {prepare, type Prepared} from './commands.ts'
import {emit, inSubshell} from './emit.ts'
import {printedBy} from './printed.ts'
import {inputOf, redirectsOf} from './redirects.ts'
import {copyOf} from './scope.ts'
import {written, type Shell, type Signal} from './shell.ts'
import {withoutXargs} from './xargs.ts'

/** Reads one command, or commands whose outputs are the inputs of the next. */
export function readPipeline(
  shell: Shell,
  parts: readonly PipelinePart[],
  node: {readonly pos: number; readonly end: number},
): Signal {
  const [only, ...others] = parts
  if (only?.type === 'Command' && others.length === 0) return readOne(shell, prepare(shell, only), node)
  const inside = {...shell, feed: undefined}
  const prepared = parts.map((part) => (part.type === 'Command' ? prepare(inside, part) : bodyOf(part)))
  const commands = prepared.flatMap((part) => (part.kind === 'command' ? [part.command] : []))
  if (commands.length === parts.length) emitAll(shell, commands, node)
  else readMixed(shell, {parts, prepared, node})
  return 'next'
}

function readOne(
  shell: Shell,
  prepared: Prepared,
  node: {readonly pos: number; readonly end: number},
): Signal {
  if (prepared.kind === 'body') return prepared.read(shell)
  if (prepared.kind === 'command') emitAll(shell, [prepared.command], node)
  return prepared.signal
}

function bodyOf(part: PipelinePart): Prepared {
  return {kind: 'body', read: (shell) => shell.walk.command(shell, part)}
}

function emitAll(
  shell: Shell,
  commands: readonly Command[],
  node: {readonly pos: number; readonly end: number},
): void {
  for (const pipeline of withoutXargs(commands, written(shell, node))) emit(shell, pipeline, node)
}

interface Mixed {
  readonly parts: readonly PipelinePart[]
  readonly prepared: readonly Prepared[]
  readonly node: {readonly pos: number; readonly end: number}
}

/** Groups in a pipeline have working folders of their own; the first command in one that reads takes what comes in. */
function readMixed(shell: Shell, {parts, prepared, node}: Mixed): void {
  let waiting: readonly Command[] = []
  for (const [index, one] of prepared.entries()) {
    const part = parts[index] ?? node
    if (one.kind === 'command') waiting = [...waiting, one.command]
    if (one.kind !== 'body') continue
    const isLoop = parts[index]?.type === 'While'
    if (isLoop && waiting.length > 0) emitAll(shell, waiting, node)
    const feed = {commands: isLoop ? [] : waiting}
    const input = inputFrom(waiting)
    const redirects = index === parts.length - 1 ? shell.redirects : []
    inSubshell(shell, () => one.read({...shell, scope: copyOf(shell.scope), feed, input, redirects}))
    if (feed.commands.length > 0) emit({...shell, feed: undefined}, feed.commands, part)
    waiting = []
  }
  if (waiting.length > 0) emitAll(shell, waiting, node)
}

function inputFrom(waiting: readonly Command[]): Value | undefined {
  const [only, ...others] = waiting
  const text = only === undefined || others.length > 0 ? undefined : printedBy(only)
  return text === undefined ? undefined : known(text)
}

/** Reads a group or a loop that has redirections. */
export function readRedirected(shell: Shell, {command, redirects}: Redirected): Signal {
  const outer = redirectsOf(shell, redirects).filter(({operator}) => operator !== '<')
  const input = inputOf(shell, redirects) ?? (outer.length < redirects.length ? undefined : shell.input)
  return shell.walk.command({...shell, input, redirects: [...shell.redirects, ...outer]}, command)
}
