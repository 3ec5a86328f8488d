import type * as Ast from 'luaparse'
import {checkFields} from './constants.ts'
import type {Body, Chain, Described, Source, Span, Step, Assigned, Variable} from './model.ts'
import {fieldName, fullName, isCall} from './names.ts'
import {spanOf} from './places.ts'
import {replacements} from './relations.ts'
import {newStep, shared} from './steps.ts'
import type {Writer} from './writer.ts'

/** How a function comes by its name. */
export interface FunctionNaming {
  readonly step: Step
  readonly name: string | undefined
  /** Where the colon stands that brings `self`. */
  readonly self?: Span | undefined
  readonly place?: Span
}

/** Writes a function's own steps, and makes it part of the step that it is made in. */
export type WriteFunction = (node: Ast.FunctionDeclaration, naming: FunctionNaming) => Body

type Suffixed =
  | Ast.MemberExpression
  | Ast.IndexExpression
  | Ast.CallExpression
  | Ast.TableCallExpression
  | Ast.StringCallExpression

type Key = {readonly text: string} | Described
const noKeys: readonly Key[] = []

/** Writes down what expressions use, and tells what they come to. */
export class Expressions {
  readonly #writer: Writer
  readonly #function: WriteFunction
  /** Of the expressions being walked, each on top of those around it. */
  readonly #spine: Suffixed[] = []
  #calls = 0

  constructor(writer: Writer, writeFunction: WriteFunction) {
    this.#writer = writer
    this.#function = writeFunction
  }

  /** Writes a step that only evaluates an expression. */
  evaluate(node: Ast.Expression): void {
    const wrapped = this.#isWrappedCall(node) ? this.#writer.places.around(node)?.inner : undefined
    const step = newStep('evaluate', wrapped ?? spanOf(node))
    this.expression(node, step)
    this.#writer.emit(step)
  }

  /** A call in parentheses is more than the call: it gives one value. */
  #isWrappedCall(node: Ast.Expression): boolean {
    return givesSeveral(node) && this.#writer.places.isWrapped(node)
  }

  /** Tells whether an expression may come to several values: a call or `...`, not in parentheses. */
  isUnpacking(node: Ast.Expression): boolean {
    return givesSeveral(node) && !this.#writer.places.isWrapped(node)
  }

  /** Reads the right side of an assignment or declaration. */
  sources(nodes: readonly Ast.Expression[], assigned: readonly Ast.Node[], step: Step): Source[] {
    const sources: Source[] = []
    for (let index = 0; index < nodes.length; index += 1) {
      const node = nodes[index]
      if (node === undefined) continue
      const isLast = index === nodes.length - 1
      // luacheck sees through parentheses, but not around the last value that is assigned.
      const isOpaque = step.kind === 'set' && isLast && this.#writer.places.isWrapped(node)
      const to = isOpaque ? undefined : assigned[index]
      const source = this.#source(node, to, step)
      sources.push(isOpaque ? shared : source)
    }
    return sources
  }

  /** @param to undefined where it gives no name */
  #source(node: Ast.Expression, to: Ast.Node | undefined, step: Step): Source {
    const isNamed = node.type === 'FunctionDeclaration' || node.type === 'TableConstructorExpression'
    const name = isNamed && to !== undefined ? fullName(to) : undefined
    if (node.type === 'FunctionDeclaration')
      return {kind: 'function', described: 'other', body: this.#inside(node, {step, name})}
    const described = this.expression(node, step, name)
    return this.#isWrappedCall(node) ? shared : {kind: sourceKind(node), described, body: undefined}
  }

  /** Reads the left side of an assignment. */
  assigned(nodes: readonly Ast.Expression[], step: Step, assigned: Assigned[]): void {
    const writer = this.#writer
    const {frame} = writer
    frame.counts = false
    for (const node of nodes) {
      const variable = node.type === 'Identifier' ? writer.resolve(node.name) : undefined
      if (node.type !== 'Identifier') this.#suffixed(node, step, true)
      else if (variable === undefined) this.#chain(node, noKeys, {step, variable, isAssigned: true})
      else writer.upvalue(step, variable, 'set')
      assigned.push({variable, place: spanOf(node)})
    }
    frame.counts = true
  }

  /** Finds the variable x of `x.key = …`. */
  keeper(to: Ast.Expression): Variable | undefined {
    if (to.type !== 'MemberExpression' && to.type !== 'IndexExpression') return undefined
    return to.base.type === 'Identifier' ? this.#writer.resolve(to.base.name) : undefined
  }

  /** How many calls have been walked, those in functions inside left out. */
  get calls(): number {
    return this.#calls
  }

  #inside(node: Ast.FunctionDeclaration, naming: FunctionNaming): Body {
    const calls = this.#calls
    const body = this.#function(node, naming)
    this.#calls = calls
    return body
  }

  /**
   * Writes down in a step what an expression uses, and tells what it comes to.
   * @param name of a table that is assigned to something
   */
  expression(node: Ast.Expression, step: Step, name?: string): Described {
    switch (node.type) {
      case 'Identifier':
        return this.#accessed(node, noKeys, step)
      case 'MemberExpression':
      case 'IndexExpression':
      case 'CallExpression':
      case 'TableCallExpression':
      case 'StringCallExpression':
        return this.#suffixed(node, step, false)
      case 'BinaryExpression':
      case 'LogicalExpression':
        this.#operations(node, step)
        return 'unknown'
      case 'UnaryExpression':
        this.#unary(node, step)
        return 'unknown'
      case 'TableConstructorExpression':
        this.#table(node, step, name)
        return 'other'
      case 'FunctionDeclaration':
        this.#inside(node, {step, name})
        return 'other'
      case 'VarargLiteral': {
        const dots = this.#writer.resolve('...')
        if (dots !== undefined) this.#writer.access(step, dots, node)
        return 'unknown'
      }
      case 'StringLiteral':
        return {text: node.value}
      default:
        return 'other'
    }
  }

  /** Chains of operators may be thousands long, so they are walked without recursion. */
  #operations(node: Ast.BinaryExpression | Ast.LogicalExpression, step: Step): void {
    const {counts, body} = this.#writer.frame
    const open: Ast.Expression[] = [node]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at.type === 'BinaryExpression') open.push(at.right, at.left)
      else if (at.type === 'LogicalExpression') {
        open.push(at.right, at.left)
        if (counts) body.complexity += 1
      } else this.expression(at, step)
    }
  }

  #unary(node: Ast.UnaryExpression, step: Step): void {
    const {argument} = node
    if (node.operator === 'not' && argument.type === 'BinaryExpression') {
      const replacement = replacements.get(argument.operator)
      if (replacement !== undefined)
        this.#writer.issues.add('581', spanOf(node), {operators: [argument.operator, replacement]})
    }
    this.expression(argument, step)
  }

  /**
   * Recognises `not a == b`, which is `(not a) == b`; luacheck looks for it at few places, and takes the string "not"
   * for it.
   */
  negation(condition: Ast.Expression): void {
    if (condition.type !== 'BinaryExpression' || !replacements.has(condition.operator)) return
    const {left} = condition
    const isNot = left.type === 'UnaryExpression' && left.operator === 'not'
    if (!isNot && (left.type !== 'StringLiteral' || left.value !== 'not')) return
    const {places, issues} = this.#writer
    if (!places.isWrapped(condition) && !places.isWrapped(left)) issues.add('582', spanOf(condition))
  }

  #table(node: Ast.TableConstructorExpression, step: Step, name: string | undefined): void {
    checkFields(node, this.#writer.issues, this.#writer.places)
    for (const field of node.fields) {
      this.#writer.places.noteField(field.value)
      if (field.type === 'TableKey') {
        this.negation(field.key)
        this.expression(field.key, step)
      }
      const isNamed = name !== undefined && !this.#isWrappedCall(field.value)
      this.expression(field.value, step, isNamed ? fieldName(name, field) : undefined)
    }
  }

  /** A prefix with what follows it, from the inside out: calls in a row may be thousands. */
  #suffixed(node: Ast.Expression, step: Step, isAssigned: boolean): Described {
    const spine = this.#spine
    const bottom = spine.length
    let prefix: Ast.Expression = node
    while (isSuffixed(prefix)) {
      spine.push(prefix)
      prefix = prefix.base
    }
    let base = prefix.type === 'Identifier' ? prefix : undefined
    if (base === undefined) this.expression(prefix, step)
    let keys: Key[] = []
    while (spine.length > bottom) {
      const one = spine.pop()
      if (one === undefined) break
      if (one.type === 'MemberExpression') keys.push({text: one.identifier.name})
      else if (one.type === 'IndexExpression') keys.push(this.expression(one.index, step))
      else {
        this.#calls += 1
        if (base !== undefined) this.#accessed(base, keys, step)
        this.#arguments(one, step)
        base = undefined
        keys = []
      }
    }
    if (base === undefined) return 'unknown'
    return isAssigned ? this.#mutated(base, keys, step) : this.#accessed(base, keys, step)
  }

  #accessed(base: Ast.Identifier, keys: readonly Key[], step: Step): Chain {
    const variable = this.#writer.resolve(base.name)
    if (variable !== undefined) this.#writer.access(step, variable, base)
    return this.#chain(base, keys, {step, variable, isAssigned: false})
  }

  #mutated(base: Ast.Identifier, keys: readonly Key[], step: Step): Chain {
    const variable = this.#writer.resolve(base.name)
    if (variable !== undefined) this.#writer.mutate(step, variable, base)
    return this.#chain(base, keys, {step, variable, isAssigned: true})
  }

  #chain(
    base: Ast.Identifier,
    keys: readonly Key[],
    {step, variable, isAssigned}: Pick<Chain, 'step' | 'variable' | 'isAssigned'>,
  ): Chain {
    const isTop = this.#writer.frame.around === undefined
    return this.#writer.chain({base, keys, step, variable, isAssigned, isTop, resolution: undefined})
  }

  #arguments(
    node: Ast.CallExpression | Ast.TableCallExpression | Ast.StringCallExpression,
    step: Step,
  ): void {
    if (node.type === 'CallExpression') {
      this.#writer.places.noteCall(node)
      for (const one of node.arguments) this.expression(one, step)
    } else if (node.type === 'TableCallExpression') this.expression(node.arguments, step)
  }
}

function isSuffixed(node: Ast.Expression): node is Suffixed {
  return node.type === 'MemberExpression' || node.type === 'IndexExpression' || isCall(node)
}

function givesSeveral(node: Ast.Expression): boolean {
  return isCall(node) || node.type === 'VarargLiteral'
}

function sourceKind(node: Ast.Expression): Source['kind'] {
  switch (node.type) {
    case 'CallExpression':
    case 'TableCallExpression':
    case 'StringCallExpression':
    case 'VarargLiteral':
      return 'unpacking'
    case 'Identifier':
    case 'MemberExpression':
    case 'IndexExpression':
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'UnaryExpression':
      return 'shared'
    default:
      return 'own'
  }
}
