import {bool, int, nil, same, text, truth, unknown, type Num, type Value} from './values.ts'

/** Computes an operator of Lua 5.4; what depends on more than plain values is unknown, by the text of the expression. */
export function binary(operator: string, [left, right]: readonly [Value, Value], shown: string): Value {
  if (operator === '==' || operator === '~=') return equality(operator, [left, right], shown)
  if (operator === '..') return concatenation(left, right) ?? unknown(shown)
  if (left.kind === 'string' && right.kind === 'string')
    return order(operator, [left.value, right.value], shown)
  if (left.kind !== 'number' || right.kind !== 'number') return unknown(shown)
  return arithmetic(operator, left, right) ?? order(operator, [left.value, right.value], shown)
}

/** Computes what an operator makes of one value. */
export function unary(operator: string, value: Value, shown: string): Value {
  if (operator === 'not') {
    const holds = truth(value)
    return holds === undefined ? unknown(shown, [bool(true), bool(false)]) : bool(!holds)
  }
  if (operator === '-' && value.kind === 'number') return {...value, value: -value.value}
  if (operator === '#' && value.kind === 'string') return int(value.value.length)
  if (operator === '#' && value.kind === 'table') {
    const {length} = value
    return length === undefined ? unknown(shown) : int(length)
  }
  return unknown(shown)
}

/** Longer strings are not made. */
export const mostText = 1 << 20

/** Writes a value as `tostring` and `..` do; undefined where that is not plain. */
export function shownAs(value: Value): string | undefined {
  if (value.kind === 'string') return value.value
  if (value.kind === 'nil') return 'nil'
  if (value.kind === 'boolean') return String(value.value)
  if (value.kind !== 'number') return undefined
  if (!value.isFloat) return String(value.value)
  const {value: number} = value
  if (Number.isInteger(number) && Math.abs(number) < 1e14)
    return Object.is(number, -0) ? '-0.0' : `${number}.0`
  // %.14g is the shortest form where that has so few digits.
  const short = String(number)
  return /^-?\d{1,5}\.\d{1,8}$/.test(short) ? short : undefined
}

function equality(operator: string, [left, right]: readonly [Value, Value], shown: string): Value {
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknown(shown, [bool(true), bool(false)])
  if (left.kind === 'proxy' || right.kind === 'proxy') return unknown(shown)
  return bool(same(left, right) === (operator === '=='))
}

function concatenation(left: Value, right: Value): Value | undefined {
  if (!isJoinable(left) || !isJoinable(right)) return undefined
  const [one, other] = [shownAs(left), shownAs(right)]
  if (one === undefined || other === undefined || one.length + other.length > mostText) return undefined
  return text(one + other)
}

function isJoinable({kind}: Value): boolean {
  return kind === 'string' || kind === 'number'
}

/** Latin1 strings are in the order of their bytes, as in the C locale. */
function order<T extends string | number>(
  operator: string,
  [left, right]: readonly [T, T],
  shown: string,
): Value {
  switch (operator) {
    case '<':
      return bool(left < right)
    case '<=':
      return bool(left <= right)
    case '>':
      return bool(left > right)
    case '>=':
      return bool(left >= right)
    default:
      return unknown(shown)
  }
}

function arithmetic(operator: string, left: Num, right: Num): Value | undefined {
  const [a, b] = [left.value, right.value]
  const isFloat = left.isFloat || right.isFloat
  switch (operator) {
    case '+':
      return number(a + b, isFloat)
    case '-':
      return number(a - b, isFloat)
    case '*':
      return number(a * b, isFloat)
    case '/':
      return number(a / b, true)
    case '//':
      return b === 0 ? undefined : number(Math.floor(a / b), isFloat)
    case '%':
      return b === 0 ? undefined : number(a - Math.floor(a / b) * b, isFloat)
    case '^':
      return number(a ** b, true)
    default:
      return undefined
  }
}

/** Integers of Lua have 64 bits: beyond what is exact here, nothing is said. */
function number(value: number, isFloat: boolean): Value | undefined {
  if (!Number.isFinite(value) || (!isFloat && !Number.isSafeInteger(value))) return undefined
  return {kind: 'number', value: value === 0 && !isFloat ? 0 : value, isFloat}
}

/** Reads a number as the parser gives it. */
export function numberOf(value: number, raw: string, shown: string): Value {
  if (!Number.isFinite(value)) return unknown(shown)
  const isFloat = /^0x/i.test(raw) ? /[.p]/i.test(raw) : /[.e]/i.test(raw)
  if (isFloat) return {kind: 'number', value, isFloat}
  return Number.isSafeInteger(value) ? int(value) : unknown(shown)
}

/** Reads a text as `tonumber` does; nil for what is no number. */
export function numberIn(value: string): Value {
  const trimmed = value.trim()
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed))
    return /^[-+]?0x/i.test(trimmed) ? unknown(`tonumber(${JSON.stringify(value)})`) : nil
  return numberOf(Number(trimmed), trimmed, `tonumber(${JSON.stringify(value)})`)
}
