import type * as Ast from 'luaparse'
import {checkFields} from './constants.ts'
import type {Issues} from './issue.ts'
import type {
  Body,
  Chain,
  Described,
  Place,
  Source,
  Step,
  Target,
  Value,
  Variable,
  VariableKind,
} from './model.ts'
import {containsCall, fieldName, fullName, isCall} from './names.ts'
import {endOf, placeOf, startOf, type Places} from './places.ts'
import {replacements} from './relations.ts'
import {checkBlocks, checkFor} from './statements.ts'

/** All functions of a chunk, and the names that may lead to globals. */
export interface Built {
  readonly main: Body
  readonly chains: readonly (readonly [Body, Chain])[]
}

interface Label {
  readonly index: number
  /** Undefined for the places that loops and the like jump to. */
  readonly place: Place | undefined
  used: boolean
}

interface Scope {
  readonly body: Body
  readonly variables: Map<string, Variable>
  readonly labels: Map<string, Label>
  readonly jumps: (readonly [name: string, step: Step])[]
}

/** What a function being built has that a finished one does not need. */
interface Frame {
  readonly body: Body
  /** How many blocks of `do` are open: luacheck counts no decisions inside. */
  plainBlocks: number
  /** Whether `and` and `or` count: not on the left side of an assignment. */
  counts: boolean
}

/** Turns a chunk into steps, and tells what its shape alone gives away. */
export function build(
  chunk: Ast.Chunk,
  {issues, places}: {readonly issues: Issues; readonly places: Places},
): Built {
  const builder = new Builder(issues, places)
  return builder.run(chunk)
}

class Builder {
  readonly #issues: Issues
  readonly #places: Places
  readonly #scopes: Scope[] = []
  readonly #frames: Frame[] = []
  readonly #chains: (readonly [Body, Chain])[] = []

  constructor(issues: Issues, places: Places) {
    this.#issues = issues
    this.#places = places
  }

  run(chunk: Ast.Chunk): Built {
    const place = {line: 1, start: 0, end: 1}
    const dots = {name: '...', place, implicit: true}
    const main = this.#body({place, end: undefined, isMethod: false, name: undefined}, [dots], chunk.body)
    return {main, chains: this.#chains}
  }

  get #frame(): Frame {
    const frame = this.#frames.at(-1)
    if (frame === undefined) throw new Error('no function is open')
    return frame
  }

  get #scope(): Scope {
    const scope = this.#scopes.at(-1)
    if (scope === undefined) throw new Error('no block is open')
    return scope
  }

  // Functions

  #body(
    about: Pick<Body, 'place' | 'end' | 'isMethod' | 'name'>,
    parameters: readonly Parameter[],
    statements: readonly Ast.Statement[],
  ): Body {
    const body: Body = {
      ...about,
      parent: this.#frames.at(-1)?.body,
      steps: [],
      inner: [],
      accessed: new Map(),
      mutated: new Map(),
      set: new Map(),
      value: undefined,
      complexity: 1,
    }
    this.#frames.push({body, plainBlocks: 0, counts: true})
    this.#inScope(() => {
      const targets: Target[] = []
      this.#emit(newStep('local', {targets}))
      this.#inScope(() => {
        for (const {name, place, implicit} of parameters) {
          targets.push({variable: this.#declare(name, {place, kind: 'argument', implicit}), place})
        }
        this.#statements(statements)
      })
      this.#label('return', undefined)
    })
    registerValues(body)
    this.#frames.pop()
    for (const {body: around} of this.#frames) around.inner.push(body)
    return body
  }

  #function(node: Ast.FunctionDeclaration, named: FunctionNaming): Body {
    const {line} = node.loc?.end ?? {line: 1}
    const parameters = node.parameters.map((parameter): Parameter => ({
      name: parameter.type === 'Identifier' ? parameter.name : '...',
      place: placeOf(parameter),
      implicit: false,
    }))
    if (named.self !== undefined) parameters.unshift({name: 'self', place: named.self, implicit: true})
    const place = named.place ?? placeOf(node)
    const end = {line, start: endOf(node) - 3, end: endOf(node)}
    const about = {place, end, isMethod: named.self !== undefined, name: named.name}
    const body = this.#body(about, parameters, node.body)
    named.step.made.push(...body.inner, body)
    return body
  }

  // Scopes

  #inScope(run: () => void): void {
    const {body} = this.#frame
    const scope: Scope = {body, variables: new Map(), labels: new Map(), jumps: []}
    this.#scopes.push(scope)
    run()
    this.#scopes.pop()
    this.#land(scope, this.#scopes.at(-1))
    for (const variable of scope.variables.values()) variable.scopeEnd = body.steps.length - 1
  }

  /** Ties jumps to the labels of the block that ends; the others wait for the block around it. */
  #land({jumps, labels}: Scope, around: Scope | undefined): void {
    for (const [name, step] of jumps) {
      const label = labels.get(name)
      if (label === undefined) around?.jumps.push([name, step])
      else if (step.jump !== undefined) {
        step.jump.to = label.index
        label.used = true
      }
    }
    for (const [name, {used, place}] of labels)
      if (!used && place !== undefined) this.#issues.add('521', place, {label: name})
  }

  #label(name: string, place: Place | undefined): void {
    this.#scope.labels.set(name, {index: this.#frame.body.steps.length, place, used: false})
  }

  #declare(name: string, {place, kind, implicit}: Declaration): Variable {
    const {body} = this.#frame
    const {steps} = body
    const variable: Variable = {
      name,
      place,
      kind,
      implicit,
      home: body,
      scopeStart: steps.length,
      scopeEnd: steps.length,
      values: [],
      accessed: false,
      mutated: false,
      events: [],
    }
    const scope = this.#scope
    const same = scope.variables.get(name)
    const before = same ?? this.#resolve(name)
    if (before !== undefined && name !== '...') this.#redefined(variable, before, same !== undefined)
    if (same !== undefined) same.scopeEnd = steps.length - 1
    scope.variables.set(name, variable)
    return variable
  }

  #redefined(variable: Variable, before: Variable, isSameScope: boolean): void {
    const how = isSameScope ? '1' : before.home === variable.home ? '2' : '3'
    this.#issues.add(`4${how}${kindDigits[before.kind]}`, variable.place, {
      name: variable.name,
      otherLine: before.place.line,
      self: variable.implicit && before.implicit,
    })
  }

  #resolve(name: string): Variable | undefined {
    for (let at = this.#scopes.length - 1; at >= 0; at -= 1) {
      const variable = this.#scopes[at]?.variables.get(name)
      if (variable !== undefined) return variable
    }
    return undefined
  }

  // Steps

  #emit(step: Step): Step {
    this.#frame.body.steps.push(step)
    return step
  }

  #mark(place: Place, isLoopEnd = false): void {
    this.#emit(newStep('mark', {place, isLoopEnd}))
  }

  #jump(name: string, conditional: boolean): void {
    const step = this.#emit(newStep('jump', {jump: {conditional, to: 0}}))
    this.#scope.jumps.push([name, step])
  }

  /** A jump that is taken where a condition does not hold. */
  #jumpUnless(condition: Ast.Expression, name: string): void {
    const constant = truth(condition)
    if (constant !== true) this.#jump(name, constant === undefined)
  }

  #evaluate(node: Ast.Expression): void {
    const wrapped = this.#isWrappedCall(node) ? this.#places.around(node)?.inner : undefined
    const step = newStep('evaluate', {place: wrapped ?? placeOf(node)})
    this.#expression(node, step)
    this.#emit(step)
  }

  /** A call in parentheses is more than the call: it gives one value. */
  #isWrappedCall(node: Ast.Expression): boolean {
    return (isCall(node) || node.type === 'VarargLiteral') && this.#places.around(node) !== undefined
  }

  // Statements

  #statements(statements: readonly Ast.Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #block(statements: readonly Ast.Statement[]): void {
    this.#inScope(() => this.#statements(statements))
  }

  #decision(): void {
    const frame = this.#frame
    if (frame.plainBlocks === 0) frame.body.complexity += 1
  }

  #statement(node: Ast.Statement): void {
    this.#places.noteStatement(node)
    switch (node.type) {
      case 'LocalStatement':
        this.#local(node)
        break
      case 'AssignmentStatement':
        this.#assignment(node)
        break
      case 'FunctionDeclaration':
        if (node.isLocal) this.#localFunction(node)
        else this.#namedFunction(node)
        break
      case 'CallStatement':
        this.#evaluate(node.expression)
        break
      case 'DoStatement':
        this.#do(node)
        break
      case 'IfStatement':
        this.#if(node)
        break
      case 'WhileStatement':
        this.#while(node)
        break
      case 'RepeatStatement':
        this.#repeat(node)
        break
      case 'ForNumericStatement':
        this.#forNumeric(node)
        break
      case 'ForGenericStatement':
        this.#forGeneric(node)
        break
      case 'ReturnStatement':
        this.#return(node)
        break
      case 'LabelStatement':
        this.#label(node.label.name, placeOf(node))
        break
      case 'GotoStatement':
        // luacheck's range of it is its keyword.
        this.#mark({...placeOf(node), end: startOf(node) + 'goto'.length})
        this.#jump(node.label.name, false)
        break
      case 'BreakStatement':
        this.#jump('break', false)
    }
  }

  #local(node: Ast.LocalStatement): void {
    const place = placeOf(node)
    const targets: Target[] = []
    const step = this.#emit(newStep('local', {place, targets}))
    if (node.init.length > 0) {
      if (node.init.length > node.variables.length) this.#issues.add('531', place)
      step.sources = this.#sources(node.init, {step, targets: node.variables, isSet: false})
    }
    for (const variable of node.variables) {
      const at = placeOf(variable)
      targets.push({
        variable: this.#declare(variable.name, {place: at, kind: 'variable', implicit: false}),
        place: at,
      })
    }
  }

  #assignment(node: Ast.AssignmentStatement): void {
    const {variables, init} = node
    const last = init.at(-1)
    const place = placeOf(node)
    const step = newStep('set', {place, targets: []})
    if (init.length > variables.length) this.#issues.add('531', place)
    else if (init.length < variables.length && last !== undefined && !this.#isUnpacking(last))
      this.#issues.add('532', place)
    step.sources = this.#sources(init, {step, targets: variables, isSet: true})
    this.#targets(step, variables)
    const [first] = variables
    const [value] = init
    if (first !== undefined && value !== undefined) step.circular = this.#circular(first, value)
    this.#emit(step)
  }

  #targets(step: Step, nodes: readonly Ast.Expression[]): void {
    const frame = this.#frame
    frame.counts = false
    const targets = step.targets as Target[]
    for (const node of nodes) {
      const variable = node.type === 'Identifier' ? this.#resolve(node.name) : undefined
      if (node.type !== 'Identifier') this.#suffixed(node, step, true)
      else if (variable === undefined) this.#chain({base: node, keys: [], step}, variable, true)
      else this.#upvalue(step, variable, 'set')
      targets.push({variable, place: placeOf(node)})
    }
    frame.counts = true
  }

  /** The variable x of `x.key = …` where nothing is called on either side. */
  #circular(target: Ast.Expression, value: Ast.Expression): Variable | undefined {
    if (target.type !== 'MemberExpression' && target.type !== 'IndexExpression') return undefined
    if (target.base.type !== 'Identifier') return undefined
    const variable = this.#resolve(target.base.name)
    return variable === undefined || containsCall(value) || containsCall(target) ? undefined : variable
  }

  #localFunction(node: Ast.FunctionDeclaration): void {
    const name = node.identifier
    if (name?.type !== 'Identifier') return
    const at = placeOf(name)
    const place = placeOf(node)
    const variable = this.#declare(name.name, {place: at, kind: 'variable', implicit: false})
    const step = this.#emit(newStep('local', {place, targets: [{variable, place: at}]}))
    // The function itself starts at its keyword, behind "local".
    const start = this.#places.functionAfter(place.start + 'local'.length)
    const body = this.#function(node, {step, name: name.name, place: {...start, end: place.end}})
    step.sources = [{kind: 'function', described: 'other', body}]
  }

  #namedFunction(node: Ast.FunctionDeclaration): void {
    const name = node.identifier
    if (name === null) return
    const place = placeOf(node)
    const step = newStep('set', {place, targets: []})
    const isMethod = name.type === 'MemberExpression' && name.indexer === ':'
    const self = isMethod ? this.#places.colonBefore(name.identifier) : undefined
    const body = this.#function(node, {step, name: fullName(name), self, place})
    step.sources = [{kind: 'function', described: 'other', body}]
    this.#targets(step, [name])
    step.circular = this.#circular(name, node)
    this.#emit(step)
  }

  #do(node: Ast.DoStatement): void {
    checkBlocks(node, this.#issues, this.#places)
    const frame = this.#frame
    this.#mark(placeOf(node))
    frame.plainBlocks += 1
    this.#block(node.body)
    frame.plainBlocks -= 1
  }

  #if(node: Ast.IfStatement): void {
    checkBlocks(node, this.#issues, this.#places)
    this.#mark(placeOf(node))
    this.#inScope(() => {
      for (const [index, clause] of node.clauses.entries()) {
        if (clause.type === 'ElseClause') {
          this.#block(clause.body)
          continue
        }
        this.#inScope(() => {
          this.#decision()
          if (index === 0) this.#negation(clause.condition)
          this.#evaluate(clause.condition)
          this.#jumpUnless(clause.condition, 'else')
          this.#block(clause.body)
          this.#jump('end', false)
          this.#label('else', undefined)
        })
      }
      this.#label('end', undefined)
    })
  }

  #while(node: Ast.WhileStatement): void {
    const place = placeOf(node)
    this.#decision()
    this.#mark(place)
    this.#negation(node.condition)
    this.#inScope(() => {
      this.#label('do', undefined)
      this.#evaluate(node.condition)
      this.#jumpUnless(node.condition, 'break')
      this.#block(node.body)
      this.#loopEnd(place)
    })
  }

  #loopEnd(place: Place): void {
    this.#mark(place, true)
    this.#jump('do', false)
    this.#label('break', undefined)
  }

  #repeat(node: Ast.RepeatStatement): void {
    this.#decision()
    this.#mark(placeOf(node))
    this.#inScope(() => {
      this.#label('do', undefined)
      this.#inScope(() => {
        this.#statements(node.body)
        this.#evaluate(node.condition)
      })
      this.#jumpUnless(node.condition, 'do')
      this.#label('break', undefined)
    })
  }

  #forNumeric(node: Ast.ForNumericStatement): void {
    checkFor(node, this.#issues)
    this.#decision()
    this.#mark(placeOf(node))
    for (const one of [node.start, node.end, node.step]) if (one !== null) this.#evaluate(one)
    this.#loop(node, [node.variable])
  }

  #forGeneric(node: Ast.ForGenericStatement): void {
    this.#decision()
    this.#mark(placeOf(node))
    for (const one of node.iterators) this.#evaluate(one)
    this.#loop(node, node.variables)
  }

  #loop(node: Ast.ForNumericStatement | Ast.ForGenericStatement, variables: readonly Ast.Identifier[]): void {
    this.#inScope(() => {
      this.#label('do', undefined)
      this.#jump('break', true)
      this.#inScope(() => {
        const targets: Target[] = []
        this.#emit(newStep('local', {targets}))
        for (const one of variables) {
          const place = placeOf(one)
          targets.push({variable: this.#declare(one.name, {place, kind: 'loop', implicit: false}), place})
        }
        this.#statements(node.body)
      })
      this.#loopEnd(placeOf(node))
    })
  }

  #return(node: Ast.ReturnStatement): void {
    const last = node.arguments.at(-1)
    const end = last === undefined ? startOf(node) + 'return'.length : this.#places.outerEnd(last)
    this.#mark({...placeOf(node), end})
    for (const one of node.arguments) this.#evaluate(one)
    this.#jump('return', false)
  }

  // Expressions

  #isUnpacking(node: Ast.Expression): boolean {
    return (isCall(node) || node.type === 'VarargLiteral') && this.#places.around(node) === undefined
  }

  #sources(
    nodes: readonly Ast.Expression[],
    {
      step,
      targets,
      isSet,
    }: {readonly step: Step; readonly targets: readonly Ast.Node[]; readonly isSet: boolean},
  ): Source[] {
    return nodes.map((node, index) => {
      const target = targets[index]
      const isLast = index === nodes.length - 1
      // luacheck sees through parentheses, but not around the last value that is assigned.
      const isOpaque = isSet && isLast && this.#places.around(node) !== undefined
      const isNamed = node.type === 'FunctionDeclaration' || node.type === 'TableConstructorExpression'
      const name = isNamed && !isOpaque && target !== undefined ? fullName(target) : undefined
      if (node.type === 'FunctionDeclaration') {
        const body = this.#function(node, {step, name})
        return isOpaque ? shared : {kind: 'function', described: 'other', body}
      }
      const described = this.#expression(node, step, name)
      if (isOpaque || this.#isWrappedCall(node)) return shared
      return {kind: sourceKind(node), described, body: undefined}
    })
  }

  /** @param name of a table that is assigned to something */
  #expression(node: Ast.Expression, step: Step, name?: string): Described {
    switch (node.type) {
      case 'Identifier':
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
        this.#function(node, {step, name})
        return 'other'
      case 'VarargLiteral': {
        const dots = this.#resolve('...')
        if (dots !== undefined) this.#access(step, dots, node)
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
    const {counts, body} = this.#frame
    const open: Ast.Expression[] = [node]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at.type === 'BinaryExpression') open.push(at.right, at.left)
      else if (at.type === 'LogicalExpression') {
        open.push(at.right, at.left)
        if (counts) body.complexity += 1
      } else this.#expression(at, step)
    }
  }

  #unary(node: Ast.UnaryExpression, step: Step): void {
    const {argument} = node
    if (node.operator === 'not' && argument.type === 'BinaryExpression') {
      const replacement = replacements.get(argument.operator)
      if (replacement !== undefined) {
        this.#issues.add('581', placeOf(node), {operators: [argument.operator, replacement]})
      }
    }
    this.#expression(argument, step)
  }

  /** `not a == b`, which is `(not a) == b`; luacheck looks for it at few places, and takes the string "not" for it. */
  #negation(condition: Ast.Expression): void {
    if (condition.type !== 'BinaryExpression' || !replacements.has(condition.operator)) return
    const {left} = condition
    if (this.#places.around(condition) !== undefined || this.#places.around(left) !== undefined) return
    const isNot = left.type === 'UnaryExpression' && left.operator === 'not'
    if (isNot || (left.type === 'StringLiteral' && left.value === 'not'))
      this.#issues.add('582', placeOf(condition))
  }

  #table(node: Ast.TableConstructorExpression, step: Step, name: string | undefined): void {
    checkFields(node, this.#issues, this.#places)
    for (const field of node.fields) {
      if (field.type === 'TableKey') {
        this.#negation(field.key)
        this.#expression(field.key, step)
      }
      this.#expression(
        field.value,
        step,
        this.#isWrappedCall(field.value) ? undefined : fieldName(name, field),
      )
    }
  }

  /** A prefix with what follows it, from the inside out: calls in a row may be thousands. */
  #suffixed(node: Ast.Expression, step: Step, isTarget: boolean): Described {
    const spine: Suffixed[] = []
    let base: Ast.Expression = node
    while (isSuffixed(base)) {
      spine.push(base)
      base = base.base
    }
    let state: ChainState = {base: undefined, keys: []}
    if (base.type === 'Identifier') state = {base, keys: []}
    else this.#expression(base, step)
    for (let at = spine.length - 1; at >= 0; at -= 1) {
      const one = spine[at]
      if (one === undefined) continue
      if (one.type === 'MemberExpression') state.keys.push({text: one.identifier.name})
      else if (one.type === 'IndexExpression') state.keys.push(this.#expression(one.index, step))
      else {
        this.#close(state, step, false)
        this.#arguments(one, step)
        state = {base: undefined, keys: []}
      }
    }
    return this.#close(state, step, isTarget)
  }

  #close(state: ChainState, step: Step, isTarget: boolean): Described {
    const {base, keys} = state
    if (base === undefined) return 'unknown'
    const variable = this.#resolve(base.name)
    if (variable !== undefined) {
      if (isTarget) this.#mutate(step, variable, base)
      else this.#access(step, variable, base)
    }
    return this.#chain({base, keys, step}, variable, isTarget)
  }

  #chain(
    about: {readonly base: Ast.Identifier; readonly keys: readonly Described[]; readonly step: Step},
    variable: Variable | undefined,
    isTarget: boolean,
  ): Chain {
    const chain = {base: about.base, keys: about.keys, step: about.step, variable, isTarget}
    if (variable === undefined || about.keys.length > 0) this.#chains.push([this.#frame.body, chain])
    return chain
  }

  #arguments(
    node: Ast.CallExpression | Ast.TableCallExpression | Ast.StringCallExpression,
    step: Step,
  ): void {
    if (node.type === 'CallExpression') {
      this.#places.noteCall(node)
      for (const one of node.arguments) this.#expression(one, step)
    } else if (node.type === 'TableCallExpression') this.#expression(node.arguments, step)
  }

  // Uses

  #access(step: Step, variable: Variable, node: Ast.Node): void {
    variable.accessed = true
    step.accesses.push([variable, node])
    this.#upvalue(step, variable, 'accessed')
  }

  #mutate(step: Step, variable: Variable, node: Ast.Node): void {
    variable.mutated = true
    step.mutations.push([variable, node])
    this.#upvalue(step, variable, 'mutated')
  }

  /** Tells every function between here and the variable's own. */
  #upvalue(step: Step, variable: Variable, how: 'accessed' | 'mutated' | 'set'): void {
    for (
      let at: Body | undefined = this.#frame.body;
      at !== undefined && at !== variable.home;
      at = at.parent
    ) {
      const steps = at[how].get(variable)
      if (steps === undefined) at[how].set(variable, [step])
      else steps.push(step)
    }
  }
}

interface Parameter {
  readonly name: string
  readonly place: Place
  readonly implicit: boolean
}

interface Declaration {
  readonly place: Place
  readonly kind: VariableKind
  readonly implicit: boolean
}

interface FunctionNaming {
  readonly step: Step
  readonly name: string | undefined
  /** Where the colon stands that brings `self`. */
  readonly self?: Place | undefined
  readonly place?: Place
}

type Suffixed =
  | Ast.MemberExpression
  | Ast.IndexExpression
  | Ast.CallExpression
  | Ast.TableCallExpression
  | Ast.StringCallExpression

interface ChainState {
  readonly base: Ast.Identifier | undefined
  readonly keys: Described[]
}

const shared: Source = {kind: 'shared', described: 'unknown', body: undefined}

/** The last digit of codes that are about a variable. */
export const kindDigits = {variable: 1, argument: 2, loop: 3, function: 1} as const

function isSuffixed(node: Ast.Expression): node is Suffixed {
  return node.type === 'MemberExpression' || node.type === 'IndexExpression' || isCall(node)
}

function newStep(
  kind: Step['kind'],
  about: Partial<Pick<Step, 'place' | 'isLoopEnd' | 'targets' | 'jump'>>,
): Step {
  return {
    kind,
    place: about.place,
    isLoopEnd: about.isLoopEnd ?? false,
    targets: about.targets ?? noTargets,
    jump: about.jump,
    accesses: [],
    mutations: [],
    made: [],
    sources: undefined,
    circular: undefined,
    sets: noSets,
    uses: noUses,
  }
}

const noTargets: Step['targets'] = []
const noSets: Step['sets'] = new Map()
const noUses: Step['uses'] = new Map()
const noUsers: Value['users'] = new Set()

/** What a condition always is; undefined where that depends. */
function truth(node: Ast.Expression): boolean | undefined {
  switch (node.type) {
    case 'NilLiteral':
      return false
    case 'BooleanLiteral':
      return node.value
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'TableConstructorExpression':
    case 'FunctionDeclaration':
      return true
    default:
      return undefined
  }
}

function sourceKind(node: Ast.Expression): Source['kind'] {
  if (isCall(node) || node.type === 'VarargLiteral') return 'unpacking'
  switch (node.type) {
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

/** Makes values of a function's assignments; those of functions inside are there already, as luacheck has it. */
function registerValues(body: Body): void {
  for (const step of body.steps) {
    if (step.kind !== 'local' && step.kind !== 'set') continue
    const {targets, sources} = step
    const last = sources?.at(-1)
    const given = sources?.length ?? 0
    const spread = last?.kind === 'unpacking' ? last : undefined
    const siblings = spread !== undefined && targets.length > given ? {used: false} : undefined
    for (const [index, {variable, place}] of targets.entries()) {
      const group = index >= given - 1 ? siblings : undefined
      // What goes to a global or a field counts as used.
      if (variable === undefined) {
        if (group !== undefined) group.used = true
        continue
      }
      const value = newValue({variable, place, step, source: sources?.[index] ?? spread, siblings: group})
      if (step.sets === noSets) step.sets = new Map()
      step.sets.set(variable, value)
      variable.values.push(value)
    }
  }
}

function newValue(about: Pick<Value, 'variable' | 'place' | 'step' | 'source' | 'siblings'>): Value {
  const {variable, source, step} = about
  const isLocal = step.kind === 'local'
  const kind = isLocal ? variable.kind : 'variable'
  // Copied by name: this runs for every assignment, and spreading costs ten times as much.
  const value: Value = {
    variable,
    place: about.place,
    step,
    source,
    siblings: about.siblings,
    kind: source?.kind === 'function' ? 'function' : kind,
    empty: isLocal && source === undefined && variable.kind === 'variable',
    used: false,
    mutated: false,
    overwriting: undefined,
    users: source?.kind === 'function' ? new Set() : noUsers,
  }
  if (source?.body !== undefined) source.body.value = value
  return value
}
