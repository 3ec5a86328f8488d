import type {TestExpression} from 'unbash'
import {matchesPattern} from '../glob.ts'
import {knownText, type Value} from '../value.ts'
import {fieldsOfWord, patternOfWord, valueOfWord} from './expand.ts'
import type {CommandNode, CompoundList, Node, Shell} from './shell.ts'

/** Tells whether a node is a test and nothing else: `[ … ]`, `[[ … ]]`, `true`, and these behind `!`, `&&` and `||`. */
export function isTest(node: Node): boolean {
  switch (node.type) {
    case 'Command':
      return /^(?:\[|test|true|false|:)$/.test(node.name?.value ?? '')
    case 'TestCommand':
    case 'ArithmeticCommand':
      return true
    case 'Pipeline':
      return node.commands.length === 1 && node.commands.every(isTest)
    case 'AndOr':
      return node.commands.every(isTest)
    default:
      return false
  }
}

/** Tells whether a node is a program that is called for its answer alone: what is behind it may run or not. */
export function isQuestion(node: Node): boolean {
  if (node.type === 'Pipeline') return node.commands.length === 1 && node.commands.every(isQuestion)
  return node.type === 'Command' && /^(?:[ef]?grep|cmp|diff|pgrep|which)$/.test(node.name?.value ?? '')
}

/** Tells whether a list is one test. */
export function isTestList(list: CompoundList): boolean {
  const only = list.commands[0]
  return list.commands.length === 1 && only !== undefined && isTest(only.command)
}

/** Decides a list that is one test; undefined where known values alone don't tell. */
export function decideList(shell: Shell, list: CompoundList): boolean | undefined {
  const only = list.commands[0]
  return only && decide(shell, only.command)
}

/** Decides a test; undefined where known values alone don't tell. Variables without a value are none that is missing here. */
export function decide(shell: Shell, node: Node): boolean | undefined {
  const quiet = {...shell, notes: {...shell.notes, miss: () => undefined}}
  return decideNode(quiet, node)
}

function decideNode(shell: Shell, node: Node): boolean | undefined {
  switch (node.type) {
    case 'Command':
      return decideCommand(shell, node)
    case 'TestCommand':
      return decideExpression(shell, node.expression)
    case 'Pipeline': {
      const [command] = node.commands
      const negations = node.prefixes.filter(({type}) => type === 'Negation').length
      const result = command && decideNode(shell, command)
      return negations % 2 === 0 || result === undefined ? result : !result
    }
    case 'AndOr': {
      const [first, ...rest] = node.commands.map((command) => decideNode(shell, command))
      return rest.reduce((left, right, index) => joined(node.operators[index] ?? '&&', left, right), first)
    }
    default:
      return undefined
  }
}

function joined(
  operator: '&&' | '||',
  left: boolean | undefined,
  right: boolean | undefined,
): boolean | undefined {
  const deciding = operator === '||'
  if (left === deciding || right === deciding) return deciding
  return left === undefined || right === undefined ? undefined : !deciding
}

function decideCommand(shell: Shell, node: CommandNode): boolean | undefined {
  const name = node.name?.value ?? ''
  if (name === 'true' || name === ':') return true
  if (name === 'false') return false
  const words = node.suffix.flatMap((word): readonly (string | undefined)[] => {
    if (word.type === 'Assignment') return [word.text]
    if (word.type !== 'Word') return []
    return fieldsOfWord(shell, word).map(({value, isPattern}) => (isPattern ? undefined : knownText(value)))
  })
  return decideWords(name === '[' && words.at(-1) === ']' ? words.slice(0, -1) : words)
}

/** Of `-a` and `-o` none is decided. */
function decideWords(words: readonly (string | undefined)[]): boolean | undefined {
  const [first, second, third] = words
  if (words.length === 0) return false
  if (words.length === 1) return first === undefined ? undefined : first !== ''
  if (words.length === 2) return first === '!' ? not(decideWords([second])) : unary(first, second)
  if (words.length === 3)
    return first === '!' ? not(decideWords([second, third])) : binary(second, first, third)
  return first === '!' && words.length === 4 ? not(decideWords(words.slice(1))) : undefined
}

function not(result: boolean | undefined): boolean | undefined {
  return result === undefined ? undefined : !result
}

function unary(operator: string | undefined, operand: string | undefined): boolean | undefined {
  if (operand === undefined) return undefined
  if (operator === '-n') return operand !== ''
  return operator === '-z' ? operand === '' : undefined
}

function binary(
  operator: string | undefined,
  left: string | undefined,
  right: string | undefined,
): boolean | undefined {
  if (left === undefined || right === undefined) return undefined
  if (operator === '=' || operator === '==') return left === right
  if (operator === '!=') return left !== right
  const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right)
  return numbers ? compared(operator, Number(left), Number(right)) : undefined
}

function compared(operator: string | undefined, left: number, right: number): boolean | undefined {
  const results: Readonly<Record<string, boolean>> = {
    '-eq': left === right,
    '-ne': left !== right,
    '-lt': left < right,
    '-le': left <= right,
    '-gt': left > right,
    '-ge': left >= right,
  }
  return results[operator ?? '']
}

function decideExpression(shell: Shell, expression: TestExpression): boolean | undefined {
  switch (expression.type) {
    case 'TestUnary':
      return unary(expression.operator, textOf(valueOfWord(shell, expression.operand)))
    case 'TestBinary': {
      const left = textOf(valueOfWord(shell, expression.left))
      if (/^(?:==?|!=)$/.test(expression.operator)) {
        const pattern = patternOfWord(shell, expression.right)
        if (left === undefined || pattern === undefined) return undefined
        return matchesPattern(pattern, left) === (expression.operator !== '!=')
      }
      return binary(expression.operator, left, textOf(valueOfWord(shell, expression.right)))
    }
    case 'TestLogical': {
      const [first, ...rest] = expression.operands.map((operand) => decideExpression(shell, operand))
      return rest.reduce((left, right) => joined(expression.operator, left, right), first)
    }
    case 'TestNot': {
      const result = decideExpression(shell, expression.operand)
      return expression.negations.length % 2 === 0 ? result : not(result)
    }
    case 'TestGroup':
      return decideExpression(shell, expression.expression)
  }
}

function textOf(value: Value): string | undefined {
  return value.some(({isPattern}) => isPattern === true) ? undefined : knownText(value)
}
