import type {ParameterExpansionPart, Word} from 'unbash'
import {isOwnVariable} from '../own-variables.ts'
import {applyCase, applyPattern, applySlice} from '../operations.ts'
import {known, knownText, unknown, type Value} from '../value.ts'
import {elementsOf, keysOf, setVariable, type Variable} from './scope.ts'
import type {Shell} from './shell.ts'

/** What a parameter is: a value, one that can't be told, or none. */
export type State =
  {readonly kind: 'value'; readonly value: Value} | {readonly kind: 'set'} | {readonly kind: 'unset'}

/** Gives words inside of an expansion their value. */
export interface Operands {
  value(word: Word): Value
  /** Gives the pattern that a word is, what is quoted in it behind backslashes; undefined where it can't be told. */
  pattern(word: Word): string | undefined
}

/** Gives what a parameter is, by its name: a variable, `1`, `#`, `?`. */
export function stateOf(shell: Shell, name: string): State {
  const {variables, positional} = shell.scope
  if (/^[1-9]\d*$/.test(name)) {
    const value = positional?.[Number(name) - 1]
    return value === undefined ? {kind: 'unset'} : {kind: 'value', value}
  }
  if (name === '#' && positional !== undefined)
    return {kind: 'value', value: known(String(positional.length))}
  const variable = variables.get(name)
  if (variable === undefined) return {kind: isOwnVariable(name) ? 'set' : 'unset'}
  return ofVariable(variable)
}

/** A list's own value is its first element. */
function ofVariable(variable: Variable): State {
  if (variable.kind === 'text') return {kind: 'value', value: variable.value}
  const first = variable.kind === 'list' ? variable.elements[0] : undefined
  return first === undefined ? {kind: 'set'} : {kind: 'value', value: first}
}

/** Gives the value of a parameter that nothing is done to, and notes where it has none. */
export function plainValue(
  shell: Shell,
  name: string,
  part: {readonly text: string; readonly pos: number},
): Value {
  const state = stateOf(shell, name)
  if (state.kind === 'value') return state.value
  const isArgument = /^\d+$/.test(name)
  if (state.kind === 'unset' && isArgument && shell.scope.positional !== undefined) return known('')
  if (state.kind === 'unset' && !isArgument) shell.notes.miss(shell.source.at(part.pos), name)
  return unknown(part.text)
}

/** Gives the elements of `$@`, `$*`, `${a[@]}`, `${!a[@]}`; undefined where the part is none of these or they can't be told. */
export function listOf(shell: Shell, part: ParameterExpansionPart): readonly Value[] | undefined {
  const {parameter, prefix, index, operation} = part
  if (operation !== undefined) return undefined
  if (parameter === '@' || parameter === '*') return prefix === undefined ? shell.scope.positional : undefined
  if (index?.value !== '@' && index?.value !== '*') return undefined
  const variable = shell.scope.variables.get(parameter)
  if (prefix === '!') return keysOf(variable)
  return prefix === undefined ? elementsOf(variable) : undefined
}

/** Gives the value of `${ … }`. */
export function parameterValue(shell: Shell, part: ParameterExpansionPart, operands: Operands): Value {
  const {prefix, operation} = part
  if (prefix === '#') return lengthOf(shell, part) ?? unknown(part.text)
  if (prefix === '!') return indirect(shell, part)
  const state =
    part.index === undefined ? stateOf(shell, part.parameter) : elementState(shell, part, operands)
  if (operation?.type === 'Default') return defaulted(shell, {part, state, operands})
  if (state.kind !== 'value') {
    if (part.index !== undefined) return unknown(part.text)
    return plainValue(shell, part.parameter, part)
  }
  if (operation === undefined) return state.value
  const text = knownText(state.value)
  const result = text === undefined ? undefined : operated(text, part, operands)
  return result === undefined ? unknown(part.text) : known(result)
}

function operated(text: string, {operation}: ParameterExpansionPart, operands: Operands): string | undefined {
  switch (operation?.type) {
    case 'Remove': {
      const pattern = operands.pattern(operation.operand)
      return pattern === undefined ? undefined : applyPattern(operation.operator, [pattern, ''], text)
    }
    case 'Replace': {
      const pattern = operands.pattern(operation.pattern)
      const replacement = knownText(operands.value(operation.replacement))
      if (pattern === undefined || replacement === undefined) return undefined
      return applyPattern(operation.operator, [pattern, replacement], text)
    }
    case 'Slice': {
      const offset = knownText(operands.value(operation.offset))
      const length = operation.length && knownText(operands.value(operation.length))
      if (offset === undefined || (operation.length !== undefined && length === undefined)) return undefined
      return applySlice(text, offset, length)
    }
    case 'CaseModification':
      return operation.operand === undefined ? applyCase(operation.operator, text) : undefined
    default:
      return undefined
  }
}

function defaulted(
  shell: Shell,
  {
    part,
    state,
    operands,
  }: {readonly part: ParameterExpansionPart; readonly state: State; readonly operands: Operands},
): Value {
  const {operation, parameter} = part
  if (operation?.type !== 'Default') return unknown(part.text)
  const kind = operation.operator.slice(-1)
  const isEmpty =
    state.kind === 'value' && operation.operator.startsWith(':') && knownText(state.value) === ''
  const isThere = state.kind !== 'unset' && !isEmpty
  if (kind === '+') return isThere ? operands.value(operation.operand) : known('')
  if (isThere) return state.kind === 'value' ? state.value : unknown(part.text)
  if (kind === '?') return plainValue(shell, parameter, part)
  const value = operands.value(operation.operand)
  if (kind === '=') setVariable(shell.scope, parameter, {value, index: undefined, isAppended: false})
  return value
}

function elementState(shell: Shell, part: ParameterExpansionPart, operands: Operands): State {
  const variable = shell.scope.variables.get(part.parameter)
  const key = part.index && knownText(operands.value(part.index))
  if (variable === undefined || variable.kind === 'set' || key === undefined) return {kind: 'set'}
  const value = variable.kind === 'map' ? variable.entries.get(key) : elementsOf(variable)?.[Number(key)]
  return value === undefined ? {kind: 'unset'} : {kind: 'value', value}
}

function lengthOf(shell: Shell, {parameter, index}: ParameterExpansionPart): Value | undefined {
  if (index !== undefined) {
    const elements = elementsOf(shell.scope.variables.get(parameter))
    return elements && known(String(elements.length))
  }
  const state = stateOf(shell, parameter)
  const text = state.kind === 'value' ? knownText(state.value) : undefined
  return text === undefined ? undefined : known(String(text.length))
}

function indirect(shell: Shell, part: ParameterExpansionPart): Value {
  if (part.operation !== undefined || part.index !== undefined) return unknown(part.text)
  const state = stateOf(shell, part.parameter)
  const name = state.kind === 'value' ? knownText(state.value) : undefined
  return name === undefined ? unknown(part.text) : plainValue(shell, name, part)
}
