import {known, type Value} from '../value.ts'

/** What holds in a stage of a Dockerfile. */
export interface Stage {
  readonly env: Map<string, Value>
  readonly args: Map<string, Value>
  /** Of SHELL. */
  shell: readonly string[]
}

/** The stages of a Dockerfile as far as it was read. */
export interface Stages {
  /** Of ARG above the first FROM. */
  readonly globals: Map<string, Value>
  readonly named: Map<string, Stage>
  /** What the user gives build arguments. */
  readonly given: Readonly<Record<string, string>>
  /** -1 above the first FROM. */
  index: number
  current: Stage
}

const usualShell = ['/bin/sh', '-c']

/** Makes what holds above the first FROM. */
export function noStages(given: Readonly<Record<string, string>> = {}): Stages {
  const current = {env: new Map<string, Value>(), args: new Map<string, Value>(), shell: usualShell}
  return {globals: new Map(), named: new Map(), given, index: -1, current}
}

/** Begins a stage, with the environment and the shell of the one that it is made from. */
export function beginStage(stages: Stages, image: string, name: string | undefined): void {
  const base = stages.named.get(image.toLowerCase())
  stages.index++
  stages.current = {env: new Map(base?.env), args: new Map(), shell: base?.shell ?? usualShell}
  stages.named.set(String(stages.index), stages.current)
  if (name !== undefined) stages.named.set(name.toLowerCase(), stages.current)
}

/** Gives a variable's value where the last instruction stands; ENV hides ARG. */
export function valueIn({current}: Stages, name: string): Value | undefined {
  return current.env.get(name) ?? current.args.get(name)
}

/** Gives all variables that a RUN has. */
export function variablesIn({current}: Stages): ReadonlyMap<string, Value> {
  return new Map([...current.args, ...current.env])
}

/** Gives what the user gives a build argument; undefined for nothing. */
export function givenIn({given}: Stages, name: string): Value | undefined {
  const text = Object.hasOwn(given, name) ? given[name] : undefined
  return text === undefined ? undefined : known(text)
}

/** Sets an ARG; without a default a stage takes that of an ARG above the first FROM. */
export function setArg({globals, current, index}: Stages, name: string, value: Value | undefined): void {
  const found = value ?? globals.get(name)
  if (found === undefined) return
  if (index === -1) globals.set(name, found)
  else current.args.set(name, found)
}
