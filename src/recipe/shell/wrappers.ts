import type {Command, Word} from '../types.ts'
import {literalWord} from '../value.ts'

/** How a program that runs another one is called. */
interface Wrapper {
  /** Options that have their value in the next word. */
  readonly valued: readonly string[]
  /** Words before the program: a user, a time. */
  readonly operands: number
  /** Options with which it runs nothing. */
  readonly refusing?: RegExp
}

const plain: Wrapper = {valued: [], operands: 0}
const named: Wrapper = {valued: [], operands: 1}

const wrappers: Readonly<Record<string, Wrapper>> = {
  'apt-dpkg-wrap': plain,
  builtin: plain,
  chpst: {valued: ['-u', '-U', '-b', '-e', '-d', '-m', '-o', '-p', '-f', '-c'], operands: 0},
  command: {valued: [], operands: 0, refusing: /^-[vV]+$/},
  doas: {valued: ['-u', '-C'], operands: 0},
  'dumb-init': plain,
  eatmydata: plain,
  env: {valued: ['-u', '-C', '--unset', '--chdir'], operands: 0},
  exec: {valued: ['-a'], operands: 0},
  fakeroot: plain,
  gosu: named,
  ionice: {valued: ['-c', '-n', '-p', '-t'], operands: 0},
  nice: {valued: ['-n'], operands: 0},
  nohup: plain,
  retry: {valued: ['-t', '-d', '-n', '-s', '--tries', '--delay'], operands: 0},
  runuser: {valued: ['-u', '-g', '-G', '--user', '--group'], operands: 0, refusing: /^-[^-]*c$|^--command/},
  's6-setuidgid': named,
  setpriv: {valued: ['--reuid', '--regid', '--groups', '--ruid', '--rgid', '--bounding-set'], operands: 0},
  setsid: plain,
  stdbuf: {valued: ['-i', '-o', '-e'], operands: 0},
  'su-exec': named,
  sudo: {valued: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-U', '-D', '--user', '--group'], operands: 0},
  time: {valued: ['-f', '-o'], operands: 0},
  timeout: {valued: ['-s', '-k', '--signal', '--kill-after'], operands: 1},
  tini: {valued: ['-p', '-e'], operands: 0},
  'with-contenv': plain,
  ynh_exec_as: named,
  ynh_hide_warnings: plain,
}

/** Gives a program's name without its folder. */
export function programName(text: string): string {
  return /^[^$`]*\/([^/]+)$/.exec(text)?.[1] ?? text
}

/** Says which program a word calls, and by which path. */
export function calledAs(text: string): Pick<Command, 'name' | 'path'> {
  const name = programName(text)
  return {name, path: name === text ? undefined : text}
}

/** Gives the command that a command runs in its place, through all that pass theirs on; itself where it is none of these. */
export function unwrapped(command: Command): Command {
  let current = command
  for (let count = 0; count < 10; count++) {
    const inner = innerOf(current)
    if (inner === undefined) return current
    current = inner
  }
  return current
}

function innerOf(command: Command): Command | undefined {
  const wrapper = Object.hasOwn(wrappers, command.name) ? wrappers[command.name] : undefined
  if (wrapper === undefined) return undefined
  const {args} = command
  let at = pastOptions(args, wrapper)
  if (at === undefined) return undefined
  const variables: Record<string, Word> = {...command.variables}
  for (; /^[A-Za-z_]\w*=/.test(args[at]?.text ?? ''); at++) {
    const {text, unknown} = args[at] ?? literalWord('')
    const equals = text.indexOf('=')
    variables[text.slice(0, equals)] = {text: text.slice(equals + 1), unknown, isPattern: false}
  }
  const program = args[at]
  if (program === undefined) return undefined
  return {...command, ...calledAs(program.text), args: args.slice(at + 1), variables}
}

function pastOptions(args: readonly Word[], {valued, operands, refusing}: Wrapper): number | undefined {
  let at = 0
  for (; args[at]?.text.startsWith('-') === true; at++) {
    const text = args[at]?.text ?? ''
    if (refusing?.test(text) === true) return undefined
    if (text === '--') {
      at++
      break
    }
    if (valued.includes(text)) at++
  }
  return at + operands
}

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh'])

/** Tells whether a program is a shell whose scripts are read here. */
export function isShell(name: string): boolean {
  return shells.has(name)
}

/** A script that a command gives to a shell. */
export interface GivenScript {
  readonly script: Word
  /** `$1` and on. */
  readonly args: readonly Word[]
}

/** Gives the script of `sh -c …`, `su USER -c …` and of a shell with a here-document; undefined of others. */
export function givenScript(command: Command): GivenScript | undefined {
  const {name, args} = command
  if (name === 'busybox') {
    const [applet, ...rest] = args
    return applet && isShell(applet.text)
      ? givenScript({...command, name: applet.text, args: rest})
      : undefined
  }
  if (name === 'su' || name === 'runuser') {
    const at = args.findIndex(({text}) => /^(?:-[a-z]*c|--command)$/.test(text))
    const joined = args.find(({text}) => text.startsWith('--command='))
    const script = joined && {...joined, text: joined.text.slice('--command='.length)}
    const found = at === -1 ? script : args[at + 1]
    return found && {script: found, args: []}
  }
  return isShell(name) ? ofShell(command) : undefined
}

function ofShell({args, input}: Command): GivenScript | undefined {
  let isWord = false
  let isInput = false
  let at = 0
  for (; /^[-+]./.test(args[at]?.text ?? ''); at++) {
    const option = args[at]?.text ?? ''
    if (/^-[A-Za-z]*c[A-Za-z]*$/.test(option)) isWord = true
    if (/^-[A-Za-z]*s[A-Za-z]*$/.test(option)) isInput = true
    if (/^[-+][A-Za-z]*[oO]$/.test(option)) at++
  }
  const rest = args.slice(args[at]?.text === '-' ? at + 1 : at)
  const [script, , ...positional] = rest
  if (isWord) return script && {script, args: positional}
  if (input === undefined) return undefined
  return isInput || rest.length === 0 ? {script: input, args: rest} : undefined
}
