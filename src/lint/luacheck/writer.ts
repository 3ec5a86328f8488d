import type * as Ast from 'luaparse'
import {kindDigits} from './codes.ts'
import type {Issues} from './issue.ts'
import type {Body, Chain, Span, Step, Variable, VariableKind} from './model.ts'
import type {Places} from './places.ts'
import {addAccess, addMutation, addOutside, newStep} from './steps.ts'

interface Label {
  readonly name: string
  readonly index: number
  /** Undefined for the places that loops and the like jump to. */
  readonly place: Span | undefined
  used: boolean
}

interface Jumping {
  readonly name: string
  readonly step: Step
}

interface Block {
  readonly number: number
  readonly around: Block | undefined
  /** How many variables were visible before it. */
  readonly outside: number
  labels: Label[] | undefined
  jumps: Jumping[] | undefined
}

/** A function being written, with what a finished one does not need. */
interface Frame {
  readonly body: Body
  readonly around: Frame | undefined
  /** How many blocks of `do` are open: luacheck counts no decisions inside. */
  plainBlocks: number
  /** Whether `and` and `or` count: not on the left side of an assignment. */
  counts: boolean
}

/** Where a variable is declared, and as what. */
export interface Declaration {
  readonly place: Span
  readonly kind: VariableKind
  readonly implicit: boolean
}

/** A writer of steps that keeps what is visible where they stand: functions, blocks, variables and labels. */
export class Writer {
  readonly issues: Issues
  readonly places: Places
  readonly chains: Chain[] = []
  frame: Frame
  #block: Block | undefined
  #blocks = 0
  readonly #declared: Variable[] = []
  readonly #visible = new Map<string, Variable | undefined>()

  constructor(main: Body, {issues, places}: {readonly issues: Issues; readonly places: Places}) {
    this.issues = issues
    this.places = places
    this.frame = {body: main, around: undefined, plainBlocks: 0, counts: true}
  }

  // Functions and blocks

  /** Begins a function: what is written from now on is part of it. */
  openFunction(body: Body): void {
    this.frame = {body, around: this.frame, plainBlocks: 0, counts: true}
  }

  /** Ends the innermost function, and names it as an inner one of all around it. */
  closeFunction(): void {
    const {body, around} = this.frame
    if (around === undefined) return
    this.frame = around
    for (let at: Frame | undefined = around; at !== undefined; at = at.around) at.body.inner.push(body)
  }

  /** Begins a block: what is declared from now on ends with it. */
  openBlock(): void {
    this.#blocks += 1
    this.#block = {
      number: this.#blocks,
      around: this.#block,
      outside: this.#declared.length,
      labels: undefined,
      jumps: undefined,
    }
  }

  /** Ends the innermost block: ties jumps to its labels, reports unused ones, and hides its variables again. */
  closeBlock(): void {
    const block = this.#block
    if (block === undefined) return
    this.#block = block.around
    if (block.jumps !== undefined) land(block.jumps, block)
    for (const {used, place, name} of block.labels ?? [])
      if (!used && place !== undefined) this.issues.add('521', place, {label: name})
    const end = this.frame.body.steps.length - 1
    while (this.#declared.length > block.outside) {
      const variable = this.#declared.pop()
      if (variable === undefined) return
      if (!variable.hidden) variable.scopeEnd = end
      this.#visible.set(variable.name, variable.outer)
    }
  }

  // Variables

  /** Makes a variable that is visible until its block ends, and notes which one it hides. */
  declare(name: string, {place, kind, implicit}: Declaration): Variable {
    const {body} = this.frame
    const {length} = body.steps
    const outer = this.#visible.get(name)
    const block = this.#block?.number ?? 0
    const variable: Variable = {
      name,
      place,
      kind,
      implicit,
      home: body,
      outer,
      block,
      hidden: false,
      scopeStart: length,
      scopeEnd: length,
      values: [],
      accessed: false,
      mutated: false,
      events: [],
    }
    if (outer !== undefined) this.#redefined(variable, outer)
    this.#declared.push(variable)
    this.#visible.set(name, variable)
    return variable
  }

  #redefined(variable: Variable, before: Variable): void {
    const isSame = before.block === variable.block
    if (isSame) {
      before.hidden = true
      before.scopeEnd = variable.scopeStart - 1
    }
    if (variable.name === '...') return
    const how = isSame ? '1' : before.home === variable.home ? '2' : '3'
    this.issues.add(`4${how}${kindDigits[before.kind]}`, variable.place, {
      name: variable.name,
      other: before.place,
      self: variable.implicit && before.implicit,
    })
  }

  /** Finds the variable that a name means here; undefined for a global. */
  resolve(name: string): Variable | undefined {
    return this.#visible.get(name)
  }

  // Steps

  /** Appends a step to the innermost function. */
  emit(step: Step): Step {
    const {steps} = this.frame.body
    step.index = steps.length
    steps.push(step)
    return step
  }

  /** Appends a step that does nothing but stand for a place in the code. */
  mark(place: Span): Step {
    return this.emit(newStep('mark', place))
  }

  /** Puts a label here, for jumps in its block and the blocks inside. @param place undefined for those of loops */
  label(name: string, place: Span | undefined): void {
    const block = this.#block
    if (block === undefined) return
    const label = {name, index: this.frame.body.steps.length, place, used: false}
    if (block.labels === undefined) block.labels = [label]
    else block.labels.push(label)
  }

  /** Appends a jump to a label that may come later. @param conditional whether it may go on behind it, too */
  jump(name: string, conditional: boolean): void {
    const step = this.emit(newStep('jump', undefined))
    step.jump = {conditional, to: 0}
    const block = this.#block
    if (block === undefined) return
    if (block.jumps === undefined) block.jumps = [{name, step}]
    else block.jumps.push({name, step})
  }

  /** Counts a decision into the complexity of the innermost function, unless it stands in a block of `do`. */
  decision(): void {
    if (this.frame.plainBlocks === 0) this.frame.body.complexity += 1
  }

  // Uses

  /** Keeps a chain of names that begins with a global or leads to a field. */
  chain(chain: Chain): Chain {
    if (chain.variable === undefined || chain.keys.length > 0) this.chains.push(chain)
    return chain
  }

  /** Notes that a step reads a variable. */
  access(step: Step, variable: Variable, node: Ast.Node): void {
    variable.accessed = true
    addAccess(step, {variable, node})
    this.upvalue(step, variable, 'accessed')
  }

  /** Notes that a step changes the table in a variable. */
  mutate(step: Step, variable: Variable, node: Ast.Node): void {
    variable.mutated = true
    addMutation(step, {variable, node})
    this.upvalue(step, variable, 'mutated')
  }

  /** Tells every function between here and the variable's own what a step does to the variable. */
  upvalue(step: Step, variable: Variable, how: 'accessed' | 'mutated' | 'set'): void {
    let body: Body | undefined = this.frame.body
    for (; body !== undefined && body !== variable.home; body = body.parent)
      addOutside(body, how, {variable, step})
  }
}

/** Labels of a block that are looked through one by one; more of them get a map. */
const fewLabels = 8

/** Ties jumps to the labels of the block that ends; the others wait for the block around it. */
function land(jumps: readonly Jumping[], {labels = [], around}: Block): void {
  const byName = labels.length > fewLabels ? new Map(labels.map((one) => [one.name, one])) : undefined
  for (const jumping of jumps) {
    const label = byName === undefined ? named(labels, jumping.name) : byName.get(jumping.name)
    if (label !== undefined) {
      if (jumping.step.jump !== undefined) jumping.step.jump.to = label.index
      label.used = true
    } else if (around?.jumps !== undefined) around.jumps.push(jumping)
    else if (around !== undefined) around.jumps = [jumping]
  }
}

function named(labels: readonly Label[], name: string): Label | undefined {
  for (const label of labels) if (label.name === name) return label
  return undefined
}
