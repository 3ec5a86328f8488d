import type {
  Command as CommandNode,
  CompoundList,
  ParsedScript,
  Script,
  Statement,
  SyntaxNode as Node,
} from 'unbash'
import type {Notes} from '../notes.ts'
import type {Source} from '../source.ts'
import type {Command, Pipeline, Redirect, Subshell} from '../types.ts'
import type {Value} from '../value.ts'
import type {Scope} from './scope.ts'

/** How a list of commands goes on behind one of them. */
export type Signal = 'next' | 'break' | 'continue' | 'return' | 'exit'

/** What is written down while a script is read. */
export interface Output {
  readonly actions: (Pipeline | Subshell)[]
  /** Statements that were walked, so that loops in loops end. */
  steps: number
  isFull: boolean
}

/** Commands whose output goes into a group of commands: the first of these that reads it takes them. */
export interface Feed {
  commands: readonly Command[]
}

/** A place in a script that is being read. */
export interface Shell {
  readonly notes: Notes
  readonly output: Output
  readonly source: Source
  readonly scope: Scope
  /** What has to hold here, outermost first. */
  readonly conditions: readonly string[]
  /** As in Pipeline. */
  readonly statement: number
  readonly isCaptured: boolean
  /** Functions, scripts in words and substitutions that this is in. */
  readonly depth: number
  /** Where the group of commands that this is in writes to. */
  readonly redirects: readonly Redirect[]
  /** What comes in: known, a way to say what is not known, or undefined for what nobody gave. */
  readonly input: Value | undefined
  readonly feed: Feed | undefined
  readonly walk: Walk
}

/** Ways to read what stands inside of something: whoever meets it needs not know who reads it. */
export interface Walk {
  command(shell: Shell, node: Node): Signal
  list(shell: Shell, list: CompoundList): Signal
  script(shell: Shell, source: Source): Signal
  /** Reads what stands in `$( … )`, and gives what it prints. */
  capture(shell: Shell, script: ParsedScript | undefined, written: Written): Value
}

/** A stretch of a source. */
export interface Written {
  readonly text: string
  readonly pos: number
}

export type {CommandNode, CompoundList, Node, Script, Statement}

/** Loops come to a node again and again. */
const lines = new WeakMap<object, string>()

/** Gives the source of a node in one line. */
export function written(shell: Shell, node: {readonly pos: number; readonly end: number}): string {
  const kept = lines.get(node)
  if (kept !== undefined) return kept
  const text = shell.source.text.slice(node.pos, node.end)
  const line = text
    .replaceAll(/\\\r?\n/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  lines.set(node, line)
  return line
}

/** Makes the place where something has to hold besides. */
export function where(shell: Shell, condition: string): Shell {
  return {...shell, conditions: [...shell.conditions, condition]}
}
