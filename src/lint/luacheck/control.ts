import type * as Ast from 'luaparse'
import type {Expressions} from './expressions.ts'
import type {Span, Assigned} from './model.ts'
import {spanOf} from './places.ts'
import {checkBlocks, checkFor} from './statements.ts'
import {newStep} from './steps.ts'
import type {Writer} from './writer.ts'

type WriteStatements = (statements: readonly Ast.Statement[]) => void

/** A writer of the steps of statements that hold blocks: branches and loops. */
export class Control {
  readonly #writer: Writer
  readonly #expressions: Expressions
  readonly #statements: WriteStatements

  constructor(writer: Writer, expressions: Expressions, writeStatements: WriteStatements) {
    this.#writer = writer
    this.#expressions = expressions
    this.#statements = writeStatements
  }

  #block(statements: readonly Ast.Statement[]): void {
    this.#writer.openBlock()
    this.#statements(statements)
    this.#writer.closeBlock()
  }

  /** Writes the steps of a block of `do`. */
  do(node: Ast.DoStatement): void {
    checkBlocks(node, this.#writer.issues, this.#writer.places)
    const {frame} = this.#writer
    this.#writer.mark(spanOf(node))
    frame.plainBlocks += 1
    this.#block(node.body)
    frame.plainBlocks -= 1
  }

  /** Writes the steps of an `if` with all its branches. */
  if(node: Ast.IfStatement): void {
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

  /** Writes the steps of a `while` loop. */
  while(node: Ast.WhileStatement): void {
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

  /** Writes the steps of a `repeat` loop, whose condition sees the locals of its body. */
  repeat(node: Ast.RepeatStatement): void {
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

  /** Writes the steps of a `for` loop over numbers. */
  forNumeric(node: Ast.ForNumericStatement): void {
    checkFor(node, this.#writer.issues)
    this.#writer.decision()
    this.#writer.mark(spanOf(node))
    this.#expressions.evaluate(node.start)
    this.#expressions.evaluate(node.end)
    if (node.step !== null) this.#expressions.evaluate(node.step)
    this.#loop(node, [node.variable])
  }

  /** Writes the steps of a `for` loop over what iterators give. */
  forGeneric(node: Ast.ForGenericStatement): void {
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
    const assigned: Assigned[] = []
    writer.emit(newStep('local', undefined, assigned))
    for (const one of variables) {
      const place = spanOf(one)
      assigned.push({variable: writer.declare(one.name, {place, kind: 'loop', implicit: false}), place})
    }
    this.#statements(node.body)
    writer.closeBlock()
    this.#loopEnd(spanOf(node))
    writer.closeBlock()
  }
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
