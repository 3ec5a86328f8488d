import {inLine} from '../plain-text.ts'
import {filled} from './fill.ts'
import {widthOf} from './width.ts'

const ellipsis = '…'

/** Cuts a text of one line to a width, between words where that costs little; what is left out is an ellipsis. */
export function cut(text: string, width: number): string {
  const line = inLine(text)
  if (widthOf(line) <= width) return line
  let end = 0
  for (let used = 0; end < line.length; end += 1) {
    const [character = ''] = Array.from(line.slice(end, end + 2))
    used += widthOf(character)
    if (used > width - 1) break
    end += character.length - 1
  }
  const head = line.slice(0, end)
  const words = line[end] === ' ' ? head : head.replace(/\s+\S*$/, '')
  return `${(words.length * 2 > head.length ? words : head).trimEnd()}${ellipsis}`
}

/**
 * Folds a text between its words; a word that is too long for a line stays whole on its own.
 * @param width columns that a line may have; Infinity for one line
 */
export function wrap(text: string, width: number): string[] {
  return filled(text.split(' '), () => width)
}

/**
 * Folds a text behind something that stands in front of its first line; the others begin below the text, but for words
 * that fit only further to the left.
 */
export function hanging(front: string, text: string, columns: number): string[] {
  const indent = widthOf(front)
  const [first = '', ...others] = wrap(text, columns - indent)
  const isLong = indent + widthOf(first) > columns && front.trim() !== ''
  const below = (isLong ? [first, ...others] : others).map((line) => {
    const blanks = Math.max(0, Math.min(indent, columns - widthOf(line)))
    return ' '.repeat(blanks) + line
  })
  return [isLong ? front.trimEnd() : front + first, ...below]
}
