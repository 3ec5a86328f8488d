import {posix} from 'node:path'
import {readScript} from '../../read-script.ts'
import type {Command, Pipeline, Subshell, Word} from '../../types.ts'
import {absolute} from '../paths.ts'
import type {World} from '../world.ts'

/** Where programs are looked for that are named without a folder. */
const searched = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/']

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', '.', 'source'])

/** What a command runs that comes from the build context: a script's own commands. */
export interface RunScript {
  readonly actions: readonly (Pipeline | Subshell)[]
  /** As it lies in the build context. */
  readonly text: string
  /** Whether it goes on in the folder that it was called in, and changes it. */
  readonly isSourced: boolean
  /** What of it could not be read, for people; undefined where nothing. */
  readonly problem: string | undefined
}

/** Reads the script that a command runs, with what it is given; undefined for what is none, or not known. */
export function scriptOf(command: Command, world: World): RunScript | undefined {
  const {name, args} = command
  const isShell = shells.has(name)
  const at = isShell ? args.findIndex(({text}) => !text.startsWith('-')) : -1
  const file = isShell ? args[at] : undefined
  if (isShell && file === undefined) return undefined
  const text = file === undefined ? textOfProgram(name, world) : world.textAt(world.path(file))
  if (text === undefined || !isScript(text)) return undefined
  const given = isShell ? args.slice(at + 1) : args
  const known = [...world.place.variables].map(([key, value]) => `${key}=${literal(value)}\n`).join('')
  const own = Object.entries(command.variables)
    .map(([key, word]) => `${key}=${quoted(word)}\n`)
    .join('')
  const words = given.map((word) => quoted(word)).join(' ')
  const called = `${known}${own}script_() {\n${text}\n}\nscript_ ${words}\n`
  const {instructions, problems} = readScript(called)
  const problem = problems[0] && `the script ${file?.text ?? name} can't be read whole: ${problems[0].text}`
  return {
    actions: instructions[0]?.actions ?? [],
    text,
    isSourced: name === '.' || name === 'source',
    problem,
  }
}

function textOfProgram(name: string, world: World): string | undefined {
  const paths = [absolute(world.place.cwd, name), ...searched.map((folder) => posix.join(folder, name))]
  for (const path of paths) {
    const text = world.textAt(path)
    if (text !== undefined) return text
  }
  return undefined
}

function isScript(text: string): boolean {
  return (
    !text.includes('\0') && (/^#!.*\b(?:sh|bash|ash|dash|zsh|ksh)\b/.test(text) || !text.startsWith('#!'))
  )
}

/** What is not known stays a variable that has no value. */
function quoted({text, unknown}: Word): string {
  return unknown.length > 0 ? '"$unknown_argument"' : literal(text)
}

function literal(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
