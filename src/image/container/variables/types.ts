import type {ImageModules} from '../modules.ts'

/** How the text of a variable is read; docs/reference/image-variables.md describes each. */
export type VariableType =
  | 'text'
  | 'secret'
  | 'domain'
  | 'domains'
  | 'flag'
  | 'integer'
  | 'choice'
  | 'list'
  | 'modules'
  | 'rate'
  | 'jids'
  | 'addresses'
  | 'path'
  | 'url'
  | 'key'
  | 'components'
  | 'externals'
  | 'configuration'

/** An environment variable that a configuration reads. */
export interface Variable {
  readonly name: string
  readonly type: VariableType
  /** As it would be given; `${NAME}` stands for the value of a variable above it. */
  readonly default?: string
  /** What a choice is among. */
  readonly choices?: readonly string[]
  /** Smallest and largest value of an integer. */
  readonly range?: readonly [low: number, high: number]
  /** What it does, for a person: a phrase without a full stop. */
  readonly about: string
  /** Without it the server does not start; or what makes it so: `AUTH_TYPE=jwt`. */
  readonly required?: true | string
  /** What .env.example and compose.yaml set it to. */
  readonly example?: string
  /** Whether an image with these modules reads it. */
  readonly when?: (modules: ImageModules) => boolean
}

/** Variables that belong together. */
export interface VariableGroup {
  readonly title: string
  readonly variables: readonly Variable[]
}

/** Variables that users of another image may have set and that this one does nothing with. */
export interface IgnoredVariable {
  readonly name: string
  /** Values that ask for nothing. */
  readonly harmless?: readonly string[]
  /** Why, and what to do in its place. */
  readonly because: string
}

/** All that a profile reads from the environment. */
export interface ProfileVariables {
  readonly groups: readonly VariableGroup[]
  readonly ignored: readonly IgnoredVariable[]
}

/** Makes a variable that is on or off. */
export function flag(name: string, isOn: boolean, about: string): Variable {
  return {name, type: 'flag', default: isOn ? '1' : '0', about}
}

/** Makes a variable one that only images with certain modules read. */
export function onlyWith(when: NonNullable<Variable['when']>, variable: Variable): Variable {
  return {...variable, when}
}

/** Makes a variable that is the number of a TCP port. */
export function port(name: string, number: number, about: string): Variable {
  return {name, type: 'integer', default: String(number), range: [1, 65535], about}
}
