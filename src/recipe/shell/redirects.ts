import type {HereDoc, Redirection} from 'unbash'
import type {Redirect} from '../types.ts'
import {joinValues, known, wordOf, type Value} from '../value.ts'
import {valueOfHeredoc, valueOfWord} from './expand.ts'
import type {Shell} from './shell.ts'

const operators: Readonly<Record<string, Redirect['operator']>> = {
  '>': '>',
  '>|': '>',
  '>>': '>>',
  '<': '<',
  '<>': '<',
  '&>': '&>',
  '>&': '&>',
  '&>>': '&>>',
}

/** Lists where redirections go to or come from; of `2>&1` and the like nothing. */
export function redirectsOf(shell: Shell, all: readonly Redirection[]): readonly Redirect[] {
  return all.flatMap((one): readonly Redirect[] => {
    if (one.type !== 'Redirect' || one.target === undefined) return []
    const operator = operators[one.operator]
    const isCopied = one.operator === '>&' && /^(?:\d+-?|-|\$.*)$/.test(one.target.value)
    if (operator === undefined || isCopied) return []
    const descriptor =
      one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : operator === '<' ? 0 : 1
    return [{operator, descriptor, target: wordOf({value: valueOfWord(shell, one.target), isPattern: false})}]
  })
}

/** Gives what here-documents and here-strings give; undefined without one. */
export function inputOf(shell: Shell, all: readonly Redirection[]): Value | undefined {
  const last = all.findLast((one) => one.type !== 'Redirect')
  if (last === undefined) return undefined
  if (last.type === 'HereDoc') return valueOfHeredoc(shell, last)
  return last.target && joinValues([valueOfWord(shell, last.target), known('\n')], last.target.text)
}

/** Lists the here-documents among redirections. */
export function heredocsOf(all: readonly Redirection[]): readonly HereDoc[] {
  return all.flatMap((one) => (one.type === 'HereDoc' ? [one] : []))
}
