import type * as Ast from 'luaparse'
import type {Flow} from './cells.ts'
import {Expressions, guarded, type Values} from './expressions.ts'
import {kindOf} from './refused.ts'
import {Stop} from './world.ts'
import {type LuaTable, Scope} from './values.ts'
import {int, keyOf, nil, truth, unknown, type Closure, type Entry, type Value} from './values.ts'

type Step = () => Flow

/** Loops are gone round so often at most; longer ones are taken for loops whose turns are not known. */
const mostRounds = 1000

/** Goes through statements as Lua does; where the way is not known, through all of them. */
export abstract class Statements extends Expressions {
  readonly #returns: Value[][][] = []

  /** Writes to a variable that the code does not declare. */
  protected abstract assignGlobal(name: string, entry: Entry): void

  /** Goes through the whole of a file: past what stops Prosody, too, so that all is told. */
  protected chunk(body: readonly Ast.Statement[], scope: Scope): void {
    this.#returns.push([])
    this.#sequence(this.#steps(body, scope, 0).map((step) => () => this.#resuming(step)))
    this.#returns.pop()
  }

  protected runClosure(
    {node, scope, isMethod}: Closure,
    args: readonly Value[],
    shown: string,
  ): readonly Value[] {
    const own = node.parameters.flatMap((one) => (one.type === 'Identifier' ? one.name : []))
    const names = isMethod ? ['self', ...own] : own
    const inner = new Scope(scope, own.length < node.parameters.length ? args.slice(names.length) : [])
    for (const [index, name] of names.entries()) inner.declare(name, args[index] ?? nil)
    const returns: Value[][] = []
    this.#returns.push(returns)
    let flow: Flow
    try {
      flow = this.#block(node.body, inner)
    } finally {
      this.#returns.pop()
    }
    const [only, ...others] = returns
    if (only === undefined) return []
    if (others.length === 0 && flow === 'return') return only
    const most = Math.max(...returns.map((one) => one.length))
    return Array.from({length: most}, (_, index) =>
      unknown(
        shown,
        returns.map((one) => one[index] ?? nil),
      ),
    )
  }

  #resuming(step: Step): Flow {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      this.world.problem(error.message, error.place)
      return 'next'
    }
  }

  #block(body: readonly Ast.Statement[], scope: Scope): Flow {
    return this.#sequence(this.#steps(body, scope, 0))
  }

  /** Of a template, what stands under one of its conditions is one step. */
  #steps(body: readonly Ast.Statement[], scope: Scope, depth: number): Step[] {
    const {template} = this.file
    if (template === undefined) return body.map((node) => () => this.#statement(node, scope))
    return template
      .grouped(body, depth)
      .map(({nodes, isConditional}) =>
        isConditional
          ? () =>
              this.world.ways.fork(
                [() => guarded(() => this.#sequence(this.#steps(nodes, scope, depth + 1)))],
                false,
              )
          : () => this.#sequence(nodes.map((node) => () => this.#statement(node, scope))),
      )
  }

  #sequence(steps: readonly Step[]): Flow {
    for (const [index, step] of steps.entries()) {
      const flow = step()
      if (flow === 'next') continue
      const rest = steps.slice(index + 1)
      if ((flow !== 'perhaps' && flow !== 'perhaps-break') || rest.length === 0) return flow
      const after = this.world.ways.fork([() => guarded(() => this.#sequence(rest))], false)
      return after === 'perhaps' ? after : flow
    }
    return 'next'
  }

  #statement(node: Ast.Statement, scope: Scope): Flow {
    switch (node.type) {
      case 'CallStatement':
        this.call(node.expression, scope)
        return 'next'
      case 'LocalStatement':
        this.#local(node, scope)
        return 'next'
      case 'AssignmentStatement':
        this.#assign(node, scope)
        return 'next'
      case 'IfStatement':
        return this.#if(node.clauses, scope)
      case 'DoStatement':
        return this.#block(node.body, new Scope(scope))
      case 'ReturnStatement':
        this.#returns.at(-1)?.push([...this.evaluateAll(node.arguments, scope).values])
        return 'return'
      case 'FunctionDeclaration':
        this.#declare(node, scope)
        return 'next'
      case 'WhileStatement':
        return this.#while(node, scope)
      case 'RepeatStatement':
        return this.#repeat(node, scope)
      case 'ForNumericStatement':
        return this.#numeric(node, scope)
      case 'ForGenericStatement':
        return this.#generic(node, scope)
      case 'BreakStatement':
        return 'break'
      case 'GotoStatement':
        this.world.note('code', 'what comes of a jump is not followed', this.placeOf(node))
        return 'perhaps'
      case 'LabelStatement':
        return 'next'
    }
  }

  #declare(node: Ast.FunctionDeclaration, scope: Scope): void {
    const {identifier} = node
    if (identifier === null) return
    if (node.isLocal && identifier.type === 'Identifier') {
      scope.declare(identifier.name, nil)
      const cell = scope.find(identifier.name)
      if (cell !== undefined) cell.value = this.closure(node, scope)
      return
    }
    const isMethod = identifier.type === 'MemberExpression' && identifier.indexer === ':'
    this.#write(identifier, {...this.closure(node, scope), isMethod}, scope)
  }

  #local({variables, init}: Ast.LocalStatement, scope: Scope): void {
    const {values, more} = this.#computed(init, scope, () => {
      for (const {name} of variables) scope.declare(name, unknown(name))
    })
    for (const [index, {name}] of variables.entries())
      scope.declare(name, values[index] ?? (more ? unknown(name) : nil))
  }

  /** Where Prosody stops there, what it would have been is not known to what comes behind, which is told of, too. */
  #computed(nodes: readonly Ast.Expression[], scope: Scope, otherwise: () => void): Values {
    try {
      return this.evaluateAll(nodes, scope)
    } catch (error) {
      if (this.world.ways.certain) guarded(otherwise)
      throw error
    }
  }

  #assign({variables, init}: Ast.AssignmentStatement, scope: Scope): void {
    const {values, more} = this.#computed(init, scope, () => {
      for (const to of variables) this.#write(to, unknown(this.shown(to)), scope)
    })
    // Lua takes the last one first.
    for (const [index, to] of [...variables.entries()].reverse())
      this.#write(to, values[index] ?? (more ? unknown(this.shown(to)) : nil), scope)
  }

  #write(to: Ast.Expression, value: Value, scope: Scope): void {
    const {certain} = this.world.ways
    const entry: Entry = {value, place: this.placeOf(to), certain}
    if (to.type === 'Identifier') {
      const cell = scope.find(to.name)
      if (cell !== undefined) this.world.ways.write(cell, value)
      else if (scope.find('_ENV') === undefined) this.assignGlobal(to.name, entry)
      return
    }
    if (to.type !== 'MemberExpression' && to.type !== 'IndexExpression') return
    const base = this.evaluate(to.base, scope)
    const key = to.type === 'MemberExpression' ? to.identifier.name : keyOf(this.evaluate(to.index, scope))
    if (base.kind === 'nil')
      throw new Stop(
        `it stops with an error: there is nothing that ${this.shown(to)} could be a field of`,
        entry.place,
      )
    if (base.kind === 'table') this.#writeField(base, key, {entry, to, scope})
    if (base.kind === 'library' && base.name === '_ENV') {
      if (typeof key === 'string') this.assignGlobal(key, entry)
      else this.world.note('option', 'the name of an option is computed', entry.place)
    }
    if (base.kind === 'library' && base.name === '')
      this.world.touched.add(typeof key === 'string' ? key : '*')
  }

  #writeField(
    table: LuaTable,
    key: string | number | boolean | undefined,
    {
      entry,
      to,
      scope,
    }: {
      readonly entry: Entry
      readonly to: Ast.MemberExpression | Ast.IndexExpression
      readonly scope: Scope
    },
  ): void {
    if (key !== undefined && key !== endOf(table)) {
      table.set(key, entry, this.shown(to))
      return
    }
    const isEnd = key !== undefined || (to.type === 'IndexExpression' && this.#isBehind(to, table, scope))
    if (isEnd) table.append(entry)
    else table.blur()
  }

  /** Of `list[#list + 1]`, where the length is not known. */
  #isBehind({index}: Ast.IndexExpression, table: LuaTable, scope: Scope): boolean {
    if (index.type !== 'BinaryExpression' || index.operator !== '+') return false
    const {left, right} = index
    const isOne = right.type === 'NumericLiteral' && right.value === 1
    return (
      isOne &&
      left.type === 'UnaryExpression' &&
      left.operator === '#' &&
      this.evaluate(left.argument, scope) === table
    )
  }

  #if(clauses: Ast.IfStatement['clauses'], scope: Scope): Flow {
    const [clause, ...others] = clauses
    if (clause === undefined) return 'next'
    const way = (): Flow => this.#block(clause.body, new Scope(scope))
    if (clause.type === 'ElseClause') return way()
    const holds = truth(this.evaluate(clause.condition, scope))
    if (holds === true) return way()
    const otherwise = (): Flow => this.#if(others, scope)
    if (holds === false) return otherwise()
    return this.world.ways.fork([() => guarded(way), () => guarded(otherwise)], true)
  }

  #while({condition, body}: Ast.WhileStatement, scope: Scope): Flow {
    const round = (): Flow => this.#block(body, new Scope(scope))
    for (let count = 0; count < mostRounds; count += 1) {
      this.world.turn()
      const holds = truth(this.evaluate(condition, scope))
      if (holds === false) return 'next'
      if (holds === undefined) return this.#rounds(round)
      const flow = round()
      if (flow === 'break') return 'next'
      if (flow === 'return' || flow === 'error') return flow
      if (flow !== 'next') return this.#rounds(round, flow)
    }
    return this.#rounds(round)
  }

  #repeat({condition, body}: Ast.RepeatStatement, scope: Scope): Flow {
    for (let count = 0; count < mostRounds; count += 1) {
      this.world.turn()
      const inner = new Scope(scope)
      const flow = this.#block(body, inner)
      if (flow === 'break') return 'next'
      if (flow === 'return' || flow === 'error') return flow
      const holds = flow === 'next' ? truth(this.evaluate(condition, inner)) : undefined
      if (holds === true) return 'next'
      if (holds === undefined) return this.#rounds(() => this.#block(body, new Scope(scope)), flow)
    }
    return this.#rounds(() => this.#block(body, new Scope(scope)))
  }

  #numeric({variable, start, end, step, body}: Ast.ForNumericStatement, scope: Scope): Flow {
    const [from, to, by] = [
      this.evaluate(start, scope),
      this.evaluate(end, scope),
      step === null ? int(1) : this.evaluate(step, scope),
    ]
    for (const [index, one] of [start, end, ...(step === null ? [] : [step])].entries())
      this.#refuseBound([from, to, by][index] ?? nil, one)
    const round = (value: Value) => (): Flow => {
      const inner = new Scope(scope)
      inner.declare(variable.name, value)
      return this.#block(body, inner)
    }
    if (
      from.kind === 'number' &&
      to.kind === 'number' &&
      by.kind === 'number' &&
      by.value !== 0 &&
      !by.isFloat &&
      !from.isFloat
    ) {
      const count = Math.floor((to.value - from.value) / by.value) + 1
      if (count <= mostRounds)
        return this.#turns(
          Array.from({length: Math.max(0, count)}, (_, index) => round(int(from.value + index * by.value))),
        )
    }
    return this.#rounds(round(unknown(variable.name)))
  }

  #refuseBound(value: Value, node: Ast.Expression): void {
    const kind = kindOf(value)
    if (kind === undefined || value.kind === 'number') return
    throw new Stop(`it stops with an error: it counts by ${this.shown(node)}, ${kind}`, this.placeOf(node))
  }

  #generic({variables, iterators, body}: Ast.ForGenericStatement, scope: Scope): Flow {
    const round = (values: readonly Value[]) => (): Flow => {
      const inner = new Scope(scope)
      for (const [index, {name}] of variables.entries()) inner.declare(name, values[index] ?? unknown(name))
      return this.#block(body, inner)
    }
    const over = this.#walked(iterators, scope)
    if (over === undefined) {
      this.evaluateAll(iterators, scope)
      return this.#rounds(round([]))
    }
    const steps = over.pairs.map((pair) => round(pair))
    if (over.isOrdered) return this.#turns(steps)
    return this.world.ways.fork([() => guarded(() => this.#turns(steps))], false)
  }

  /** What `pairs` and `ipairs` of a table that is known go through; Lua goes through keys in any order. */
  #walked(
    iterators: readonly Ast.Expression[],
    scope: Scope,
  ): {readonly pairs: readonly (readonly [Value, Value])[]; readonly isOrdered: boolean} | undefined {
    const [call, more] = iterators
    if (call?.type !== 'CallExpression' && call?.type !== 'TableCallExpression') return undefined
    const callee = this.evaluate(call.base, scope)
    const argument = call.type === 'CallExpression' ? call.arguments[0] : call.arguments
    if (more !== undefined || argument === undefined || callee.kind !== 'builtin') return undefined
    if (callee.name !== 'pairs' && callee.name !== 'ipairs') return undefined
    const table = this.evaluate(argument, scope)
    if (table.kind !== 'table' || table.isOpen || table.loose.length > 0 || table.entries.size > mostRounds)
      return undefined
    const entries = [...table.entries]
    if (entries.some(([, {certain, value}]) => !certain || value.kind === 'unknown')) return undefined
    const {length} = table
    if (callee.name === 'ipairs') {
      const list = Array.from({length: length ?? 0}, (_, index) => index + 1)
      if (length === undefined) return undefined
      return {pairs: list.map((at) => [int(at), table.entries.get(at)?.value ?? nil]), isOrdered: true}
    }
    const pairs = entries.map(([key, {value}]): [Value, Value] => [keyValue(key), value])
    return {pairs, isOrdered: entries.length < 2 || entries.length === length}
  }

  /** Goes round as often as is known. */
  #turns(rounds: readonly Step[]): Flow {
    const flow = this.#sequence(
      rounds.map((round) => () => {
        this.world.turn()
        return round()
      }),
    )
    return flow === 'break' || flow === 'perhaps-break' ? 'next' : flow
  }

  /** Goes round a loop of which nobody knows how often it is: once to see what changes, once to tell. */
  #rounds(round: Step, before: Flow = 'next'): Flow {
    this.world.turn()
    this.world.quietly(() => {
      this.world.ways.fork([() => guarded(round)], false)
    })
    const flow = this.world.ways.fork([() => guarded(round)], false)
    return flow === 'perhaps' || before === 'perhaps' ? 'perhaps' : 'next'
  }
}

function keyValue(key: string | number | boolean): Value {
  if (typeof key === 'number') return {kind: 'number', value: key, isFloat: !Number.isInteger(key)}
  return typeof key === 'string' ? {kind: 'string', value: key} : {kind: 'boolean', value: key}
}

/** Where the next of a list goes; undefined where that is not known. */
function endOf({length}: LuaTable): number | undefined {
  return length === undefined ? undefined : length + 1
}
