import {numberIn} from './operators.ts'
import type {Value} from './values.ts'

/** What Lua stops at: one of the operands, by its place, or that they are not alike. */
export interface Refusal {
  /** Of the operand that is refused; undefined where both are, together. */
  readonly at: number | undefined
  /** What the operator does, and what it was given, in words. */
  readonly does: string
  readonly given: string
}

/**
 * Tells why Lua stops with an error at an operator; undefined where it does not, and where that is not known. A table
 * may have got a metatable where it was handed to something that is not known.
 */
export function refusalOf(operator: string, operands: readonly Value[]): Refusal | undefined {
  if (operator === '..') return refusedBy(operands, {does: 'concatenates', isFit: isJoinable})
  if (arithmetic.has(operator) && isSettled(operands))
    return refusedBy(operands, {does: 'computes with', isFit: isNumeric})
  return orders.has(operator) ? refusedOrder(operands) : undefined
}

/** Tells why Lua stops with an error at an operator of one operand; undefined as for those of two. */
export function refusalOfOne(operator: string, operand: Value): Refusal | undefined {
  if (operator === '-' || operator === '~')
    return refusedBy([operand], {does: 'computes with', isFit: isNumeric})
  if (operator !== '#') return undefined
  const isFit = ({kind}: Value): boolean => kind === 'string' || kind === 'table' || kind === 'proxy'
  return refusedBy([operand], {does: 'takes the length of', isFit})
}

/** Names the kind of a value as a person would; undefined where it is not known. */
export function kindOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'unknown':
      return undefined
    case 'builtin':
      // What a library has under a name may be anything.
      return value.name.includes('.') ? undefined : 'a function'
    case 'closure':
    case 'host':
      return 'a function'
    case 'proxy':
      return 'an option that is a table'
    case 'library':
      return 'a table'
    case 'nil':
      return 'nil'
    case 'table':
      return value.isOpen ? undefined : 'a table'
    default:
      return `a ${value.kind}`
  }
}

const arithmetic = new Set(['+', '-', '*', '/', '//', '%', '^', '&', '|', '~', '<<', '>>'])
const orders = new Set(['<', '<=', '>', '>='])

/** The library of the other operand may have its own arithmetic: util.set has. */
function isSettled(operands: readonly Value[]): boolean {
  return operands.every((one) => kindOf(one) !== undefined)
}

function refusedBy(
  operands: readonly Value[],
  {does, isFit}: {readonly does: string; readonly isFit: (value: Value) => boolean},
): Refusal | undefined {
  if (operands.some((one) => one.kind === 'table' && one.isOpen)) return undefined
  const at = operands.findIndex((one) => kindOf(one) !== undefined && !isFit(one))
  const found = operands[at]
  return found === undefined ? undefined : {at, does, given: kindOf(found) ?? ''}
}

function refusedOrder([left, right]: readonly Value[]): Refusal | undefined {
  const [one, other] = [left && kindOf(left), right && kindOf(right)]
  if (one === undefined || other === undefined) return undefined
  const isFit = one === other && (one === 'a number' || one === 'a string')
  return isFit ? undefined : {at: undefined, does: 'compares', given: `${one} with ${other}`}
}

function isJoinable({kind}: Value): boolean {
  return kind === 'string' || kind === 'number'
}

function isNumeric(value: Value): boolean {
  return value.kind === 'number' || (value.kind === 'string' && numberIn(value.value).kind !== 'nil')
}
