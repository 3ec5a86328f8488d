import type * as Ast from 'luaparse'

/**
 * A stretch of the source in bytes, as the parser's ranges are; `end` lies behind it. The parser's own ranges are such.
 */
export type Span = readonly [start: number, end: number]

/** What kind a local variable is of, as codes tell them apart. */
export type VariableKind = 'variable' | 'argument' | 'loop'

/** A local variable, argument, loop variable or `...` that a function has. */
export interface Variable {
  readonly name: string
  readonly kind: VariableKind
  readonly place: Span
  /** Whether it is `self` of a method, which nobody wrote, or `...` of the main chunk. */
  readonly implicit: boolean
  readonly home: Body
  /** The variable of the same name that it hides. */
  readonly outer: Variable | undefined
  /** The block that declares it, by number. */
  readonly block: number
  /** Whether the same block declares another variable of its name behind it. */
  hidden: boolean
  /** The steps of its home in which the variable is visible: the first and the last. */
  readonly scopeStart: number
  scopeEnd: number
  readonly values: Value[]
  accessed: boolean
  mutated: boolean
  /** What the steps of its home do with the variable, in their order. */
  readonly events: Event[]
}

/** What one step does with a variable of its own function. */
export interface Event {
  readonly index: number
  readonly step: Step
  accesses: boolean
  mutates: boolean
  sets: Value | undefined
  /** Functions made in this step that use or set the variable. */
  made: Body[]
}

/** What an expression is, as far as its value can be known without running it. */
export type Described = Chain | {readonly text: string} | 'other' | 'unknown'

/** A name with the keys that stand behind it: `a.b[c]`, `a:b()`. */
export interface Chain {
  readonly base: Ast.Identifier
  /** The local variable that the name is of; undefined for a global. */
  readonly variable: Variable | undefined
  readonly keys: readonly Described[]
  readonly step: Step
  readonly isAssigned: boolean
  /** Whether the name stands in the main chunk itself. */
  readonly isTop: boolean
  /** What the chain comes to, once that is known. */
  resolution: Resolution | undefined
}

/** A global with the keys behind it, as far as they are known. */
export interface ResolvedGlobal {
  readonly global: string
  readonly keys: readonly Key[]
  /** For how many of the names, from the global's, a local variable stands. */
  readonly aliased: number | undefined
}

/** A key that stands behind a global: its name; true where that is not known, false where it is no string. */
export type Key = string | boolean

/** What an expression comes to: a global with keys, a string, anything else, or nobody knows. */
export type Resolution = ResolvedGlobal | {readonly text: string} | 'other' | 'unknown'

/** Tells whether an expression is a name with keys behind it. */
export function isChain(described: Described): described is Chain {
  return typeof described === 'object' && 'base' in described
}

/** The kinds of right sides that matter: whether one may give several values, and whether others may hold it, too. */
export type SourceKind = 'unpacking' | 'shared' | 'function' | 'own'

/** The right side that an assignment has. */
export interface Source {
  readonly kind: SourceKind
  readonly described: Described
  readonly body: Body | undefined
}

/** One assignment that is made to one variable. */
export interface Value {
  readonly variable: Variable
  readonly place: Span
  readonly kind: VariableKind | 'function'
  readonly source: Source | undefined
  readonly step: Step
  /** Whether it is a declaration that assigns nothing. */
  readonly empty: boolean
  used: boolean
  mutated: boolean
  /** A list shared by the variables that take the further values of one call. */
  readonly siblings: {used: boolean} | undefined
  /** The one step that overwrites the value on every way; null where it may stay. */
  overwriting: Step | null | undefined
  /** Functions that use the value; kept for functions only. */
  readonly users: Set<Body>
}

/** Which values may be found where a step uses a variable. */
export interface Use {
  /** Ways that lead to the use, not values: the same value found twice counts twice, as luacheck has it. */
  ways: number
  value: Value
  allEmpty: boolean
}

/** A variable that an assignment names on its left, and where. */
export interface Assigned {
  readonly variable: Variable | undefined
  readonly place: Span
}

/** What a step does: it evaluates, declares, assigns, marks a place or jumps. */
export type StepKind = 'evaluate' | 'local' | 'set' | 'mark' | 'jump'

/** A variable together with a place where it is named. */
export interface Mention {
  readonly variable: Variable
  readonly node: Ast.Node
}

/** One step of a function, in which everything is read before anything is written. */
export interface Step {
  /** The number of the step among all of its function, from 0, once it is one of them. */
  index: number
  readonly kind: StepKind
  /** The code that is reported when the step can't be reached; undefined where it stands for no code. */
  readonly place: Span | undefined
  isLoopEnd: boolean
  accesses: Mention[]
  mutations: Mention[]
  /** Functions that are made here, those inside them too, inner ones first. */
  made: Body[]
  readonly assigned: Assigned[]
  sources: readonly Source[] | undefined
  /** A variable whose field is assigned to from itself, without a call: that is no use of it. */
  circular: Variable | undefined
  /** The last value of each variable that is set here. */
  sets: Map<Variable, Value>
  uses: Map<Variable, Use>
  /** Where a jump leads; undefined for other steps. */
  jump: Jump | undefined
}

/** Where a step jumps, and whether it always does. */
export interface Jump {
  readonly conditional: boolean
  to: number
}

/** The steps and variables that the main chunk, or a function, has. */
export interface Body {
  readonly parent: Body | undefined
  readonly place: Span
  /** Where the function's `end` stands; undefined for the main chunk. */
  readonly end: Span | undefined
  readonly isMethod: boolean
  /** The name that the function is assigned to, where it has one. */
  readonly name: string | undefined
  readonly steps: Step[]
  /** All functions inside this one, inner ones first. */
  readonly inner: Body[]
  /** Variables of functions around this one, by what is done with them here and further inside. */
  accessed: Map<Variable, Step[]>
  mutated: Map<Variable, Step[]>
  set: Map<Variable, Step[]>
  /** The assignment that names the function. */
  value: Value | undefined
  complexity: number
}
