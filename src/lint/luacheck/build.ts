import type * as Ast from 'luaparse'
import {Control} from './control.ts'
import {Expressions, type FunctionNaming} from './expressions.ts'
import type {Issues} from './issue.ts'
import type {Body, Chain, Span, Assigned} from './model.ts'
import {containsCall, fullName} from './names.ts'
import {endOf, spanOf, startOf, type Places} from './places.ts'
import {addMade, newBody, newStep, registerValues} from './steps.ts'
import {Writer, type Declaration} from './writer.ts'

/** All functions that a chunk has, and the names in it that may lead to globals. */
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
  readonly #control: Control

  constructor(writer: Writer) {
    this.#writer = writer
    this.#expressions = new Expressions(writer, (node, naming) => this.#function(node, naming))
    this.#control = new Control(writer, this.#expressions, (statements) => this.#statements(statements))
  }

  get chains(): readonly Chain[] {
    return this.#writer.chains
  }

  // Functions

  body(body: Body, parameters: readonly Parameter[], statements: readonly Ast.Statement[]): void {
    const writer = this.#writer
    writer.openBlock()
    const assigned: Assigned[] = []
    writer.emit(newStep('local', undefined, assigned))
    writer.openBlock()
    for (const one of parameters) assigned.push({variable: writer.declare(one.name, one), place: one.place})
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
        this.#control.do(node)
        break
      case 'IfStatement':
        this.#control.if(node)
        break
      case 'WhileStatement':
        this.#control.while(node)
        break
      case 'RepeatStatement':
        this.#control.repeat(node)
        break
      case 'ForNumericStatement':
        this.#control.forNumeric(node)
        break
      case 'ForGenericStatement':
        this.#control.forGeneric(node)
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
    const assigned: Assigned[] = []
    const step = writer.emit(newStep('local', place, assigned))
    if (init.length > 0) {
      if (init.length > variables.length) writer.issues.add('531', place)
      step.sources = this.#expressions.sources(init, variables, step)
    }
    for (const variable of variables) {
      const at = spanOf(variable)
      const declaration = {place: at, kind: 'variable', implicit: false} as const
      assigned.push({variable: writer.declare(variable.name, declaration), place: at})
    }
  }

  #assignment(node: Ast.AssignmentStatement): void {
    const {variables, init} = node
    const writer = this.#writer
    const last = init.at(-1)
    const place = spanOf(node)
    const assigned: Assigned[] = []
    const step = newStep('set', place, assigned)
    if (init.length > variables.length) writer.issues.add('531', place)
    else if (init.length < variables.length && last !== undefined && !this.#expressions.isUnpacking(last))
      writer.issues.add('532', place)
    const {calls} = this.#expressions
    step.sources = this.#expressions.sources(init, variables, step)
    this.#expressions.assigned(variables, step, assigned)
    const [first] = variables
    const [value] = init
    if (first !== undefined && value !== undefined) {
      // Where there is one of each, all calls were in these two.
      const isOne = variables.length === 1 && init.length === 1
      const anyCall = isOne ? this.#expressions.calls > calls : containsCall(value) || containsCall(first)
      if (!anyCall) step.circular = this.#expressions.keeper(first)
    }
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
    const assigned: Assigned[] = []
    const step = newStep('set', place, assigned)
    const isMethod = name.type === 'MemberExpression' && name.indexer === ':'
    const self = isMethod ? this.#writer.places.colonAfter(name.base) : undefined
    this.#declared(node, {step, name: fullName(name), self, place})
    this.#expressions.assigned([name], step, assigned)
    step.circular = this.#expressions.keeper(name)
    this.#writer.emit(step)
  }

  #declared(node: Ast.FunctionDeclaration, naming: FunctionNaming): void {
    naming.step.sources = [{kind: 'function', described: 'other', body: this.#function(node, naming)}]
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
