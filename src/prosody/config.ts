import type * as Ast from 'luaparse'
import {fold, type Folding} from '../lua/fold.ts'
import {readChunk} from '../lua/scopes.ts'
import {SourceText} from '../lua/source-text.ts'
import {readSyntax} from '../lua/syntax.ts'

/** The texts that a configuration sets an option to. */
export interface ConfigValue {
  readonly texts: readonly string[]
  /** Whether the option can have no other texts: nothing of it is computed. */
  readonly complete: boolean
}

/** One thing that a configuration of Prosody says, in the order of the file. */
export type ConfigStatement = {
  /** From 1. */
  readonly line: number
  /** Whether it stands under a condition or in a loop. */
  readonly conditional: boolean
} & (
  | {readonly kind: 'host'; readonly name: string | undefined; readonly component: ConfigValue | undefined}
  | {readonly kind: 'include'; readonly path: string | undefined}
  | {readonly kind: 'option'; readonly name: string; readonly value: ConfigValue}
)

/** Reads what a configuration file says, as data; gives the problem in its place where the file is no Lua. */
export function readProsodyConfig(
  bytes: Buffer,
):
  | {readonly statements: readonly ConfigStatement[]; readonly problem?: undefined}
  | {readonly statements?: undefined; readonly problem: string} {
  const read = readSyntax(bytes, {locations: false, comments: false})
  if (read.problem !== undefined) return {problem: `line ${read.problem.line}: ${read.problem.message}`}
  const {chunk, source} = read.syntax
  try {
    const reader = new Reader(new SourceText(source), {scopes: readChunk(chunk).scopes, module: undefined})
    reader.block(chunk.body, false)
    return {statements: reader.statements}
  } catch (error) {
    if (error instanceof RangeError) return {problem: 'it is nested too deeply'}
    throw error
  }
}

const hostWords = new Set(['VirtualHost', 'Host', 'Component'])
const includeWords = new Set(['Include', 'include'])

class Reader {
  readonly statements: ConfigStatement[] = []
  readonly #source: SourceText
  readonly #folding: Folding

  constructor(source: SourceText, folding: Folding) {
    this.#source = source
    this.#folding = folding
  }

  block(body: readonly Ast.Statement[], conditional: boolean): void {
    for (const statement of body) this.#statement(statement, conditional)
  }

  #statement(node: Ast.Statement, conditional: boolean): void {
    switch (node.type) {
      case 'CallStatement':
        this.#call(node.expression, conditional)
        return
      case 'AssignmentStatement':
        for (const [index, variable] of node.variables.entries())
          if (variable.type === 'Identifier' && !this.#folding.scopes.has(variable))
            this.#option(variable.name, {value: node.init[index], node, conditional})
        return
      case 'IfStatement':
        for (const {body} of node.clauses) this.block(body, true)
        return
      case 'DoStatement':
        this.block(node.body, conditional)
        return
      case 'ForGenericStatement':
      case 'ForNumericStatement':
      case 'WhileStatement':
      case 'RepeatStatement':
        this.block(node.body, true)
        return
      default:
    }
  }

  /** `VirtualHost "x"`, `Component "x" "muc"`, either with a table of options behind it, and `Include "x"`. */
  #call(expression: Ast.Expression, conditional: boolean): void {
    const args: Ast.Expression[] = []
    let at = expression
    while (
      at.type === 'CallExpression' ||
      at.type === 'StringCallExpression' ||
      at.type === 'TableCallExpression'
    ) {
      const [first] =
        at.type === 'CallExpression'
          ? at.arguments
          : [at.type === 'StringCallExpression' ? at.argument : at.arguments]
      if (first !== undefined) args.unshift(first)
      at = at.base
    }
    if (at.type !== 'Identifier' || this.#folding.scopes.has(at)) return
    const [name, ...rest] = args
    const about = {line: this.#source.lineOf(expression), conditional}
    const text = name === undefined ? undefined : this.#text(name)
    if (includeWords.has(at.name)) this.statements.push({kind: 'include', path: text, ...about})
    if (!hostWords.has(at.name)) return
    const type = rest.find((one) => one.type !== 'TableConstructorExpression')
    const component = at.name === 'Component' ? this.#component(type) : undefined
    this.statements.push({kind: 'host', name: text, component, ...about})
    for (const table of rest) if (table.type === 'TableConstructorExpression') this.#table(table, conditional)
  }

  /** One without a type is an external component. */
  #component(type: Ast.Expression | undefined): ConfigValue {
    return type === undefined ? {texts: [], complete: true} : this.#value(type)
  }

  #table({fields}: Ast.TableConstructorExpression, conditional: boolean): void {
    for (const field of fields)
      if (field.type === 'TableKeyString')
        this.#option(field.key.name, {value: field.value, node: field.value, conditional})
  }

  #option(
    name: string,
    at: {readonly value: Ast.Expression | undefined; readonly node: Ast.Node; readonly conditional: boolean},
  ): void {
    const {value, node, conditional} = at
    const read = value === undefined ? {texts: [], complete: false} : this.#value(value)
    this.statements.push({kind: 'option', name, value: read, line: this.#source.lineOf(node), conditional})
  }

  #value(node: Ast.Expression): ConfigValue {
    if (node.type === 'TableConstructorExpression') {
      const values = node.fields.map(({value}) => this.#value(value))
      return {texts: values.flatMap(({texts}) => texts), complete: values.every(({complete}) => complete)}
    }
    if (node.type === 'NilLiteral' || node.type === 'BooleanLiteral') return {texts: [], complete: true}
    const variable = node.type === 'Identifier' ? this.#folding.scopes.get(node) : undefined
    const {initial, assigned} = variable ?? {}
    if (initial?.type === 'TableConstructorExpression' && assigned === false) return this.#value(initial)
    const text = this.#text(node)
    return text === undefined ? {texts: [], complete: false} : {texts: [text], complete: true}
  }

  #text(node: Ast.Expression): string | undefined {
    const value = fold(node, this.#folding)
    return typeof value === 'string' ? value : undefined
  }
}
