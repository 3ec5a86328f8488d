import type {Assignment, ArrayValue} from 'unbash'
import type {Word} from '../types.ts'
import {known, knownText, textOf, wordOf, type Field, type Value} from '../value.ts'
import {fieldsOfWord, valueOfWord} from './expand.ts'
import {makeLocal, setUnknown, setVariable, type Variable} from './scope.ts'
import type {CommandNode, Shell} from './shell.ts'

/** Sets what an assignment sets. */
export function assign(shell: Shell, {name, value, index, append}: Assignment, isMap = false): void {
  if (value.type === 'ArrayValue') {
    const made = listOf(shell, value, isMap)
    const old = shell.scope.variables.get(name)
    const isJoined = append === true && old?.kind === 'list' && made.kind === 'list'
    const variable = isJoined ? {...made, elements: [...old.elements, ...made.elements]} : made
    shell.scope.variables.set(name, variable)
    return
  }
  const key = index && knownText(valueOfWord(shell, index))
  if (index !== undefined && key === undefined) setUnknown(shell.scope, [name])
  else
    setVariable(shell.scope, name, {
      value: valueOfWord(shell, value),
      index: key,
      isAppended: append === true,
    })
}

function listOf(shell: Shell, {elements}: ArrayValue, isMap: boolean): Variable {
  const entries = new Map<string, Value>()
  const list: Value[] = []
  for (const element of elements) {
    const isKeyed = /^\[[^\]]*\]=/.test(element.text)
    if (isKeyed) {
      const [key, value] = keyed(valueOfWord(shell, element))
      entries.set(key, value)
    } else list.push(...fieldsOfWord(shell, element).map((field) => field.value))
  }
  return isMap || entries.size > 0 ? {kind: 'map', entries} : {kind: 'list', elements: list}
}

/** `[key]=value` in one word. */
function keyed(value: Value): readonly [string, Value] {
  const text = textOf(value)
  const key = /^\[([^\]]*)\]=/.exec(text)?.[1] ?? ''
  let left = key.length + 3
  const rest = value.flatMap((segment) => {
    const kept = segment.text.slice(left)
    left = Math.max(0, left - segment.text.length)
    return kept === '' ? [] : [{...segment, text: kept}]
  })
  return [key, rest]
}

/** Gives the `VAR=x` in front of a command. */
export function prefixWords(shell: Shell, node: CommandNode): Readonly<Record<string, Word>> {
  const words: [string, Word][] = []
  for (const one of node.prefix) {
    if (one.type === 'Assignment' && one.value.type === 'Word')
      words.push([one.name, wordOf({value: valueOfWord(shell, one.value), isPattern: false})])
  }
  return Object.fromEntries(words)
}

/** Reads `export`, `local`, `declare`, `readonly` and `typeset`. */
export function declare(shell: Shell, name: string, node: CommandNode): void {
  const options = node.suffix.flatMap((word) =>
    word.type === 'Word' && /^[-+]/.test(word.value) ? [word.value] : [],
  )
  const isLocal = name === 'local' || name === 'declare' || name === 'typeset'
  for (const word of node.suffix) {
    if (word.type === 'Assignment') {
      if (isLocal) makeLocal(shell.scope, word.name)
      assign(
        shell,
        word,
        options.some((option) => option.includes('A')),
      )
    } else if (word.type === 'Word' && !/^[-+]/.test(word.value)) {
      for (const field of fieldsOfWord(shell, word)) declareField(shell, field, isLocal)
    }
  }
}

/** `NAME`, and `"NAME=$value"` in quotes. */
function declareField({scope}: Shell, {value}: Field, isLocal: boolean): void {
  const [, name, equals] = /^([A-Za-z_]\w*)(=?)/.exec(textOf(value)) ?? []
  if (name === undefined) return
  if (isLocal) makeLocal(scope, name)
  if (equals === '=') {
    const [, rest] = keyed([{text: `[${name}]`, isKnown: true}, ...withoutStart(value, name.length)])
    setVariable(scope, name, {value: rest, index: undefined, isAppended: false})
  } else if (isLocal && textOf(value) === name) {
    setVariable(scope, name, {value: known(''), index: undefined, isAppended: false})
  }
}

function withoutStart([first, ...rest]: Value, length: number): Value {
  return first === undefined ? [] : [{...first, text: first.text.slice(length)}, ...rest]
}
