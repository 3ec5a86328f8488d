import {parse, type HereDoc, type Word, type WordPart} from 'unbash'
import {joinValues, known, unknown, type Field, type Value} from '../value.ts'
import {bracesIn} from './braces.ts'
import {fieldsOf, piecesOf, type Piece} from './fields.ts'
import {listOf, parameterValue, plainValue, type Operands} from './parameter.ts'
import type {Shell} from './shell.ts'

/** Gives the fields that a word becomes: none of an unquoted nothing, more of `$LIST`, "$@" and braces. */
export function fieldsOfWord(shell: Shell, word: Word): readonly Field[] {
  if (word.parts?.some(({type}) => type === 'BraceExpansion') === true) {
    const words = bracesIn(word.text)
    if (words.length > 1 || words[0] !== word.text)
      return words.flatMap((text) => fieldsOfText(shell, text, word))
  }
  return fieldsOf(piecesOfWord(shell, word))
}

/** Gives the value of a word that is not split: of an assignment, a redirect, a test. */
export function valueOfWord(shell: Shell, word: Word): Value {
  const values: Value[] = []
  for (const piece of piecesOfWord(shell, word))
    values.push(piece.kind === 'break' ? known(' ') : [piece.segment])
  return joinValues(values, word.text)
}

/** Gives the text of a here-document, variables put in where its name is not quoted. */
export function valueOfHeredoc(shell: Shell, {operator, body}: HereDoc): Value {
  const {text, parts} = body
  const value =
    parts === undefined
      ? known(text)
      : joinValues(
          parts.map((part) => valueOfPart(shell, part)),
          text,
        )
  if (operator === '<<') return value
  return value.map(({text: lines, isKnown}) => ({text: lines.replaceAll(/^\t+/gm, ''), isKnown}))
}

/** Gives the pattern that a word is, what is quoted in it behind backslashes; undefined where it can't be told. */
export function patternOfWord(shell: Shell, word: Word): string | undefined {
  if (word.parts === undefined) return quotedForPattern(word.value)
  let pattern = ''
  for (const part of word.parts) {
    if (part.type === 'Glob') pattern += part.text
    else if (part.type === 'ExtendedGlob') return undefined
    else {
      for (const {text, isKnown} of valueOfPart(shell, part)) {
        if (!isKnown) return undefined
        const isPlain = part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion'
        pattern += isPlain ? text : quotedForPattern(text)
      }
    }
  }
  return pattern
}

function quotedForPattern(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)
}

/** A word of braces is read again, as it reads once they are gone. */
function fieldsOfText(shell: Shell, text: string, {pos}: Word): readonly Field[] {
  const command = parse(`: ${text}`).commands[0]?.command
  const word = command?.type === 'Command' ? command.suffix[0] : undefined
  if (word?.type !== 'Word' || word.text !== text) return [{value: known(text), isPattern: false}]
  const source = {text: `: ${text}`, at: () => shell.source.at(pos)}
  return fieldsOf(piecesOfWord({...shell, source}, word))
}

function piecesOfWord(shell: Shell, {parts, value}: Word): readonly Piece[] {
  if (parts === undefined) return piecesOf(known(value), false)
  return parts.flatMap((part) => piecesOfPart(shell, part, true))
}

function piecesOfPart(shell: Shell, part: WordPart, splits: boolean): readonly Piece[] {
  switch (part.type) {
    case 'Glob':
    case 'ExtendedGlob':
      return [{kind: 'text', segment: {text: part.text, isKnown: true}, splits: false, isPattern: true}]
    case 'DoubleQuoted':
    case 'LocaleString': {
      if (part.parts.length === 0) return piecesOf(known(''), false)
      return part.parts.flatMap((child) => piecesOfPart(shell, child, false))
    }
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'BraceExpansion':
      return piecesOf(valueOfPart(shell, part), false)
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const list = !splits && /^(?:\$\*|\$\{.*\[\*\]\})$/.test(part.text) ? undefined : elements(shell, part)
      return list === undefined ? piecesOf(valueOfPart(shell, part), splits) : listPieces(list, splits)
    }
    default:
      return piecesOf(valueOfPart(shell, part), splits)
  }
}

function elements(shell: Shell, part: WordPart): readonly Value[] | undefined {
  if (part.type === 'ParameterExpansion') return listOf(shell, part)
  return part.text === '$@' || part.text === '$*' ? shell.scope.positional : undefined
}

function listPieces(list: readonly Value[], splits: boolean): readonly Piece[] {
  return list.flatMap((value, index): readonly Piece[] => [
    ...(index === 0 ? [] : [{kind: 'break'} as const]),
    ...(value.length === 0 ? piecesOf(known(''), splits) : piecesOf(value, splits)),
  ])
}

function valueOfPart(shell: Shell, part: WordPart): Value {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return known(part.value)
    case 'DoubleQuoted':
    case 'LocaleString':
      return joinValues(
        part.parts.map((child) => valueOfPart(shell, child)),
        part.text,
      )
    case 'SimpleExpansion': {
      const list = elements(shell, part)
      return list === undefined ? plainValue(shell, part.text.slice(1), part) : spaced(list, part.text)
    }
    case 'ParameterExpansion': {
      const list = listOf(shell, part)
      return list === undefined ? parameterValue(shell, part, operandsIn(shell)) : spaced(list, part.text)
    }
    case 'CommandExpansion':
      return shell.walk.capture(shell, part.script, part)
    case 'ProcessSubstitution':
      shell.walk.capture(shell, part.script, part)
      return unknown(part.text)
    case 'ArithmeticExpansion':
      return unknown(part.text)
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return known(part.text)
  }
}

function spaced(list: readonly Value[], text: string): Value {
  return joinValues(
    list.flatMap((value, index) => (index === 0 ? [value] : [known(' '), value])),
    text,
  )
}

function operandsIn(shell: Shell): Operands {
  return {
    value: (word) => valueOfWord(shell, word),
    pattern: (word) => patternOfWord(shell, word),
  }
}
