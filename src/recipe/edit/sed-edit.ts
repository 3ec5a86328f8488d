import type {Word} from '../types.ts'
import {exactly, NotExact} from './not-exact.ts'
import {readSedScript} from './sed-script.ts'
import type {FileEdit} from './types.ts'

/** What a command does to files, or why that can't be said exactly. */
export type ReadEdit = {readonly value: FileEdit} | {readonly why: string}

/** Reads what `sed -i` does to each of its files. */
export function sedEdit(args: readonly Word[]): ReadEdit {
  return exactly(() => readArguments(args))
}

function readArguments(args: readonly Word[]): FileEdit {
  const scripts: Word[] = []
  let isExtended = false
  let first: Word | undefined
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at]
    const {text = ''} = word ?? {}
    if (word === undefined) continue
    if (!text.startsWith('-') || text === '-') {
      first ??= word
      continue
    }
    if (/^--(?:regexp-extended|in-place(?:=.*)?|separate)$/.test(text)) {
      isExtended ||= text === '--regexp-extended'
      continue
    }
    if (text.startsWith('--expression=')) {
      scripts.push({...word, text: text.slice('--expression='.length)})
      continue
    }
    const [, letters = '', ending = ''] = /^-([Ers]*)(i.*|e.*|)$/s.exec(text) ?? []
    const isExpression = ending.startsWith('e') || text === '--expression'
    if (!isExpression && `-${letters}${ending}` !== text) throw new NotExact(`${text} of sed`)
    isExtended ||= /[Er]/.test(letters)
    if (!isExpression) continue
    const own = text.startsWith('--') ? '' : ending.slice(1)
    if (own === '') at += 1
    const script = own === '' ? args[at] : {...word, text: own}
    if (script !== undefined) scripts.push(script)
  }
  const all = scripts.length > 0 ? scripts : first === undefined ? [] : [first]
  refuseUnknown(all)
  const commands = readSedScript(all.map(({text}) => text).join('\n'), isExtended)
  if (commands.length === 0) throw new NotExact('it has no command')
  return {kind: 'sed', commands}
}

/** Refuses words of which only a build knows what they are. Throws NotExact. */
export function refuseUnknown(words: readonly Word[]): void {
  const unknown = words.flatMap((word) => [...word.unknown])
  if (unknown[0] !== undefined) throw new NotExact(`${unknown[0]} has no value here`)
}
