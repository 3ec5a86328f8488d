import {editDistance} from './edit-distance.ts'

/**
 * Finds the words of a short list (commands, flags, topics) that a user may have meant, best first: with a letter or two
 * otherwise, also in a short word, or with the same beginning.
 */
export function nearestWords(typed: string, words: Iterable<string>, limit = 3): readonly string[] {
  const near = [...new Set(words)].flatMap((word) => {
    const distance = distanceOf(typed, word)
    return distance === undefined ? [] : [{word, distance}]
  })
  const isClear = near.some(({distance}) => distance <= beginning)
  return near
    .filter(({distance}) => !isClear || distance <= beginning)
    .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1))
    .slice(0, limit)
    .map(({word}) => word)
}

/** Beginnings come before mistakes of two letters, and behind those of one. */
const beginning = 1.5

function distanceOf(typed: string, word: string): number | undefined {
  const mistakes = editDistance(typed.toLowerCase(), word, typed.length < 5 ? 1 : 2)
  // One letter of two is no mistake, but another word.
  const isMistake =
    mistakes !== undefined && mistakes < Math.max(typed.length, 2) - (typed.length < 3 ? 0 : 1)
  const isBeginning =
    typed.length > 1 && (word.startsWith(typed) || (word.length > 3 && typed.startsWith(word)))
  if (isMistake && (mistakes <= 1 || !isBeginning)) return mistakes
  return isBeginning ? beginning : undefined
}
