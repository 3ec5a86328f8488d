import {applyPattern} from '../operations.ts'
import {isOwnVariable} from '../own-variables.ts'
import {joinValues, known, knownText, unknown, type Value} from '../value.ts'
import {closingBrace, quotedEnd} from './braces.ts'

/** Variables in the defaults of variables deeper than this stay as they are written. */
const deepest = 32

/** Variables where an instruction stands. */
export interface Lookup {
  readonly escape: string
  value(name: string): Value | undefined
  /** Is told of each variable that has no value. */
  miss(name: string): void
  /** Of how many variables' operands this is inside; without it 0. */
  readonly depth?: number
}

/** Puts variables into a word of an instruction, and takes its quotes and escapes off: Docker's own rules, not a shell's. */
export function expandWord(text: string, lookup: Lookup): Value {
  return expanded(text, lookup, {isText: false})
}

/** Puts variables into a here-document. */
export function expandText(text: string, lookup: Lookup): Value {
  return expanded(text, lookup, {isText: true})
}

function expanded(text: string, lookup: Lookup, {isText}: {readonly isText: boolean}): Value {
  const values: Value[] = []
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? ''
    const quote = isText ? undefined : quotedEnd(text, at, lookup.escape)
    if (quote !== undefined) {
      const inner = text.slice(at + 1, quote)
      values.push(character === "'" ? known(inner) : inQuotes(inner, lookup))
      at = quote + 1
    } else if (
      character === lookup.escape &&
      at + 1 < text.length &&
      (!isText || /[\\$`]/.test(text[at + 1] ?? ''))
    ) {
      values.push(known(text[at + 1] ?? ''))
      at += 2
    } else if (character === '$') {
      const {value, length} = variableAt(text, at, lookup)
      values.push(value)
      at += length
    } else {
      const plain = new RegExp(isText ? /^[^$\\`]+/ : /^[^$"'\\`]+/).exec(text.slice(at))?.[0] ?? character
      values.push(known(plain))
      at += plain.length
    }
  }
  return joinValues(values, text)
}

/** In quotes, an escape stands for itself unless what follows needs one. */
function inQuotes(text: string, lookup: Lookup): Value {
  const values: Value[] = []
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? ''
    const following = text[at + 1] ?? ''
    if (
      character === lookup.escape &&
      (following === '"' || following === '$' || following === lookup.escape)
    ) {
      values.push(known(following))
      at += 2
    } else if (character === '$') {
      const {value, length} = variableAt(text, at, lookup)
      values.push(value)
      at += length
    } else {
      values.push(known(character))
      at++
    }
  }
  return joinValues(values, text)
}

interface Found {
  readonly value: Value
  readonly length: number
}

function variableAt(text: string, at: number, lookup: Lookup): Found {
  const name = /^\$([A-Za-z_]\w*)/.exec(text.slice(at, at + 200))
  if (name !== null) return {value: plain(name[1] ?? '', name[0], lookup), length: name[0].length}
  const end = text[at + 1] === '{' ? closingBrace(text, at + 1) : undefined
  if (end === undefined) return {value: known('$'), length: 1}
  const whole = text.slice(at, end + 1)
  return {value: braced(whole, lookup), length: whole.length}
}

function plain(name: string, written: string, lookup: Lookup): Value {
  const value = lookup.value(name)
  if (value !== undefined) return value
  if (!isOwnVariable(name)) lookup.miss(name)
  return unknown(written)
}

function braced(written: string, outer: Lookup): Value {
  const lookup = {...outer, depth: (outer.depth ?? 0) + 1}
  if (lookup.depth > deepest) return unknown(written)
  const [, name = '', operator = '', operand = ''] =
    /^\$\{([A-Za-z_]\w*)(:[-+?]|[-+?]|##?|%%?|\/\/?|)([^]*)\}$/.exec(written) ?? []
  if (name === '') return unknown(written)
  if (/[-+]$/.test(operator)) return defaulted({name, operator, operand, written}, lookup)
  const value = plain(name, written, lookup)
  if (operator === '' || operator.endsWith('?'))
    return operator === '' && operand !== '' ? unknown(written) : value
  const text = knownText(value)
  const slash = operator.startsWith('/') ? operand.indexOf('/') : -1
  const pattern = knownText(expandWord(slash === -1 ? operand : operand.slice(0, slash), lookup))
  const replacement = slash === -1 ? '' : knownText(expandWord(operand.slice(slash + 1), lookup))
  if (text === undefined || pattern === undefined || replacement === undefined) return unknown(written)
  const result = applyPattern(operator, [pattern, replacement], text)
  return result === undefined ? unknown(written) : known(result)
}

interface Operation {
  readonly name: string
  readonly operator: string
  readonly operand: string
  readonly written: string
}

function defaulted({name, operator, operand, written}: Operation, lookup: Lookup): Value {
  const value = lookup.value(name)
  const isEmpty = value !== undefined && operator.startsWith(':') && knownText(value) === ''
  const isThere = value !== undefined && !isEmpty
  if (operator.endsWith('+')) return isThere ? expandWord(operand, lookup) : known('')
  if (isThere) return value
  return value === undefined && isOwnVariable(name) ? unknown(written) : expandWord(operand, lookup)
}
