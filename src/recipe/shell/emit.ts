import type {Command, Pipeline} from '../types.ts'
import {written, type Shell} from './shell.ts'

/** What was unrolled past this is no script that anyone reads. */
export const mostActions = 10_000

/** Commands that read nothing, so that what comes in goes on to the one behind them. */
const withoutInput = new Set(
  'apk apt apt-get basename cd chmod chown cp dirname echo exit export install ln ls mkdir mv printf rm set sleep touch trap'.split(
    ' ',
  ),
)

/** Notes that commands run, whose outputs are the inputs of the next. */
export function emit(
  shell: Shell,
  commands: readonly Command[],
  node: {readonly pos: number; readonly end: number},
): void {
  const {feed, output, source, notes} = shell
  const isFed = feed !== undefined && feed.commands.length > 0 && !withoutInput.has(commands[0]?.name ?? '')
  const all = isFed ? [...feed.commands, ...commands] : commands
  if (isFed) feed.commands = []
  const last = all.at(-1)
  if (last === undefined || !hasRoom(shell, node.pos)) return
  const pipeline: Pipeline = {
    kind: 'pipeline',
    commands: [...all.slice(0, -1), {...last, redirects: [...last.redirects, ...shell.redirects]}],
    text: written(shell, node),
    line: notes.lineOf(source.at(node.pos)),
    lastLine: Math.max(...all.map(({lastLine}) => lastLine)),
    statement: shell.statement,
    condition: shell.conditions.length === 0 ? undefined : shell.conditions.join(' and '),
    isCaptured: shell.isCaptured,
  }
  output.actions.push(pipeline)
}

/** Reads what has a working folder of its own, and notes where it begins and ends; where nothing runs in it, nothing. */
export function inSubshell<T>(shell: Shell, read: () => T): T {
  const {actions} = shell.output
  const start = actions.length
  actions.push({kind: 'subshell', enters: true})
  const result = read()
  if (actions.length === start + 1) actions.pop()
  else if (isOneSubshell(actions.slice(start + 1))) actions.splice(start, 1)
  else actions.push({kind: 'subshell', enters: false})
  return result
}

/** `( ( … ) )` is one. */
function isOneSubshell(actions: Shell['output']['actions']): boolean {
  if (actions[0]?.kind !== 'subshell') return false
  let depth = 0
  return actions.every((action, index) => {
    if (action.kind === 'subshell') depth += action.enters ? 1 : -1
    return depth > 0 || index === actions.length - 1
  })
}

function hasRoom({output, notes, source}: Shell, pos: number): boolean {
  if (output.actions.length >= mostActions && !output.isFull) {
    output.isFull = true
    notes.problem(
      source.at(pos),
      `more than ${mostActions} commands once loops are unrolled: the rest is left out`,
    )
  }
  return !output.isFull
}
