import type * as Ast from 'luaparse'
import {Expressions, type FunctionNaming} from './expressions.ts'
import type {Issues} from './issue.ts'
import type {Body, Chain, Span, Step, Target} from './model.ts'
import {fullName} from './names.ts'
import {endOf, spanOf, startOf, type Places} from './places.ts'
import {checkBlocks, checkFor} from './statements.ts'
import {addMade, newBody, newStep, registerValues} from './steps.ts'
import {Writer, type Declaration} from './writer.ts'

/** All functions of a chunk, and the names that may lead to globals. */
export interface Built {
  readonly main: Body
  readonly chains: readonly Chain[]
}

/** Turns a chunk into steps, and tells what its shape alone gives away. */
export function build(chunk: Ast.Chunk, found: {readonly issues: Issues; readonly places: Places}): Built {
  const place: Span = [0, 1]
  const about = {place, end: undefined, isMethod: false, name: undefined, parent: undefined}
  const main = newBody(about)
  const builder = new Builder(new Writer(main, found))
  builder.body(main, [{name: '...', place, kind: 'argument', implicit: true}], chunk.body)
  return {main, chains: builder.chains}
}

interface Parameter extends Declaration {
  readonly name: string
}

class Builder {
  readonly #writer: Writer
  readonly #expressions: Expressions

  constructor(writer: Writer) {
    this.#writer = writer
    this.#expressions = new Expressions(writer, (node, naming) => this.#function(node, naming))
  }

  get chains(): readonly Chain[] {
    return this.#writer.chains
  }

  // Functions

  body(body: Body, parameters: readonly Parameter[], statements: readonly Ast.Statement[]): void {
    const writer = this.#writer
    writer.openBlock()
    const targets: Target[] = []
    writer.emit(newStep('local', undefined, targets))
    writer.openBlock()
    for (const one of parameters) targets.push({variable: writer.declare(one.name, one), place: one.place})
    this.#statements(statements)
    writer.closeBlock()
    writer.label('return', undefined)
    writer.closeBlock()
    registerValues(body)
  }

  #function(node: Ast.FunctionDeclaration, {step, name, self, place}: FunctionNaming): Body {
    const parameters = node.parameters.map(parameterOf)
    if (self !== undefined) parameters.unshift({name: 'self', place: self, kind: 'argument', implicit: true})
    const end = endOf(node)
    const writer = this.#writer
    const body = newBody({
      place: place ?? spanOf(node),
      end: [end - 'end'.length, end],
      isMethod: self !== undefined,
      name,
      parent: writer.frame.body,
    })
    writer.openFunction(body)
    this.body(body, parameters, node.body)
    writer.closeFunction()
    addMade(step, body)
    return body
  }

  // Statements

  #statements(statements: readonly Ast.Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #block(statements: readonly Ast.Statement[]): void {
    this.#writer.openBlock()
    this.#statements(statements)
    this.#writer.closeBlock()
  }

  #statement(node: Ast.Statement): void {
    this.#writer.places.noteStatement(node)
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
        this.#expressions.evaluate(node.expression)
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
        this.#writer.label(node.label.name, spanOf(node))
        break
      case 'GotoStatement':
        // luacheck's range of it is its keyword.
        this.#writer.mark([startOf(node), startOf(node) + 'goto'.length])
        this.#writer.jump(node.label.name, false)
        break
      case 'BreakStatement':
        this.#writer.jump('break', false)
    }
  }

  #local(node: Ast.LocalStatement): void {
    const {init, variables} = node
    const writer = this.#writer
    const place = spanOf(node)
    const targets: Target[] = []
    const step = writer.emit(newStep('local', place, targets))
    if (init.length > 0) {
      if (init.length > variables.length) writer.issues.add('531', place)
      step.sources = this.#expressions.sources(init, variables, step)
    }
    for (const variable of variables) {
      const at = spanOf(variable)
      const declaration = {place: at, kind: 'variable', implicit: false} as const
      targets.push({variable: writer.declare(variable.name, declaration), place: at})
    }
  }

  #assignment(node: Ast.AssignmentStatement): void {
    const {variables, init} = node
    const writer = this.#writer
    const last = init.at(-1)
    const place = spanOf(node)
    const targets: Target[] = []
    const step = newStep('set', place, targets)
    if (init.length > variables.length) writer.issues.add('531', place)
    else if (init.length < variables.length && last !== undefined && !this.#expressions.isUnpacking(last))
      writer.issues.add('532', place)
    step.sources = this.#expressions.sources(init, variables, step)
    this.#expressions.targets(variables, step, targets)
    const [first] = variables
    const [value] = init
    if (first !== undefined && value !== undefined) step.circular = this.#expressions.circular(first, value)
    writer.emit(step)
  }

  #localFunction(node: Ast.FunctionDeclaration): void {
    const name = node.identifier
    if (name?.type !== 'Identifier') return
    const at = spanOf(name)
    const place = spanOf(node)
    const writer = this.#writer
    const variable = writer.declare(name.name, {place: at, kind: 'variable', implicit: false})
    const step = writer.emit(newStep('local', place, [{variable, place: at}]))
    // The function itself starts at its keyword, behind "local".
    const own: Span = [writer.places.functionAfter(place[0]), place[1]]
    this.#declared(node, {step, name: name.name, place: own})
  }

  #namedFunction(node: Ast.FunctionDeclaration): void {
    const name = node.identifier
    if (name === null) return
    const place = spanOf(node)
    const targets: Target[] = []
    const step = newStep('set', place, targets)
    const isMethod = name.type === 'MemberExpression' && name.indexer === ':'
    const self = isMethod ? this.#writer.places.colonAfter(name.base) : undefined
    this.#declared(node, {step, name: fullName(name), self, place})
    this.#expressions.targets([name], step, targets)
    step.circular = this.#expressions.circular(name, node)
    this.#writer.emit(step)
  }

  #declared(node: Ast.FunctionDeclaration, naming: FunctionNaming): void {
    naming.step.sources = [{kind: 'function', described: 'other', body: this.#function(node, naming)}]
  }

  #do(node: Ast.DoStatement): void {
    checkBlocks(node, this.#writer.issues, this.#writer.places)
    const {frame} = this.#writer
    this.#writer.mark(spanOf(node))
    frame.plainBlocks += 1
    this.#block(node.body)
    frame.plainBlocks -= 1
  }

  #if(node: Ast.IfStatement): void {
    const writer = this.#writer
    checkBlocks(node, writer.issues, writer.places)
    writer.mark(spanOf(node))
    writer.openBlock()
    for (const clause of node.clauses) {
      if (clause.type === 'ElseClause') {
        this.#block(clause.body)
        continue
      }
      writer.openBlock()
      writer.decision()
      if (clause.type === 'IfClause') this.#expressions.negation(clause.condition)
      this.#expressions.evaluate(clause.condition)
      this.#jumpUnless(clause.condition, 'else')
      this.#block(clause.body)
      writer.jump('end', false)
      writer.label('else', undefined)
      writer.closeBlock()
    }
    writer.label('end', undefined)
    writer.closeBlock()
  }

  /** A jump that is taken where a condition does not hold. */
  #jumpUnless(condition: Ast.Expression, name: string): void {
    const constant = truth(condition)
    if (constant !== true) this.#writer.jump(name, constant === undefined)
  }

  // Loops

  #while(node: Ast.WhileStatement): void {
    const writer = this.#writer
    const place = spanOf(node)
    writer.decision()
    writer.mark(place)
    this.#expressions.negation(node.condition)
    writer.openBlock()
    writer.label('do', undefined)
    this.#expressions.evaluate(node.condition)
    this.#jumpUnless(node.condition, 'break')
    this.#block(node.body)
    this.#loopEnd(place)
    writer.closeBlock()
  }

  #loopEnd(place: Span): void {
    this.#writer.mark(place).isLoopEnd = true
    this.#writer.jump('do', false)
    this.#writer.label('break', undefined)
  }

  #repeat(node: Ast.RepeatStatement): void {
    const writer = this.#writer
    writer.decision()
    writer.mark(spanOf(node))
    writer.openBlock()
    writer.label('do', undefined)
    writer.openBlock()
    this.#statements(node.body)
    this.#expressions.evaluate(node.condition)
    writer.closeBlock()
    this.#jumpUnless(node.condition, 'do')
    writer.label('break', undefined)
    writer.closeBlock()
  }

  #forNumeric(node: Ast.ForNumericStatement): void {
    checkFor(node, this.#writer.issues)
    this.#writer.decision()
    this.#writer.mark(spanOf(node))
    this.#expressions.evaluate(node.start)
    this.#expressions.evaluate(node.end)
    if (node.step !== null) this.#expressions.evaluate(node.step)
    this.#loop(node, [node.variable])
  }

  #forGeneric(node: Ast.ForGenericStatement): void {
    this.#writer.decision()
    this.#writer.mark(spanOf(node))
    for (const one of node.iterators) this.#expressions.evaluate(one)
    this.#loop(node, node.variables)
  }

  #loop(node: Ast.ForNumericStatement | Ast.ForGenericStatement, variables: readonly Ast.Identifier[]): void {
    const writer = this.#writer
    writer.openBlock()
    writer.label('do', undefined)
    writer.jump('break', true)
    writer.openBlock()
    const targets: Target[] = []
    writer.emit(newStep('local', undefined, targets))
    for (const one of variables) {
      const place = spanOf(one)
      targets.push({variable: writer.declare(one.name, {place, kind: 'loop', implicit: false}), place})
    }
    this.#statements(node.body)
    writer.closeBlock()
    this.#loopEnd(spanOf(node))
    writer.closeBlock()
  }

  #return(node: Ast.ReturnStatement): void {
    const last = node.arguments.at(-1)
    const places = this.#writer.places
    const end = last === undefined ? startOf(node) + 'return'.length : places.outerEnd(last)
    this.#writer.mark([startOf(node), end])
    for (const one of node.arguments) this.#expressions.evaluate(one)
    this.#writer.jump('return', false)
  }
}

function parameterOf(node: Ast.FunctionDeclaration['parameters'][number]): Parameter {
  const name = node.type === 'Identifier' ? node.name : '...'
  return {name, place: spanOf(node), kind: 'argument', implicit: false}
}

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
