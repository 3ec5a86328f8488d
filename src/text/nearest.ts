import {bareName} from '../module-name.ts'
import {editDistance} from './edit-distance.ts'

/** How much a word says: the rarer it is among the names, the more; 1 at most. */
type Weights = ReadonlyMap<string, number>

/** Similarity, 0 to 1, below which a name is no help. */
const threshold = 0.35
/** What a word of a name that the user left out counts for, against one that the user wrote. */
const unsaidShare = 0.3

/**
 * Finds the names that a user may have meant, best first: a few typing mistakes apart, or with words in common
 * (`moderation` finds `muc_moderation`), rare words counting for more than `muc` or `http`.
 */
export function nearestNames(wanted: string, names: Iterable<string>, limit = 5): readonly string[] {
  const candidates = [...new Set(names)]
  const weights = weigh(candidates)
  return candidates
    .map((name) => ({name, score: similarity(plain(wanted), plain(name), weights)}))
    .filter(({score}) => score >= threshold)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({name}) => name)
}

/**
 * Finds the names that a user may have misspelt, best first: a few typing mistakes apart, or with a first word more or
 * less, of four at least. That words are in common is not enough.
 */
export function nearestSpellings(wanted: string, names: Iterable<string>): readonly string[] {
  return [...new Set(names)]
    .map((name) => ({name, mistakes: mistakesIn(plain(wanted), plain(name))}))
    .filter(({mistakes}) => mistakes !== undefined)
    .sort((a, b) => (a.mistakes ?? 0) - (b.mistakes ?? 0) || (a.name < b.name ? -1 : 1))
    .map(({name}) => name)
}

/** A first word counts more than any mistakes that are allowed. */
const firstWord = 4

function mistakesIn(wanted: string, name: string): number | undefined {
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted]
  const isWithout = wordsOf(long).length >= 4 && wordsOf(long).slice(1).join('_') === short
  return editDistance(wanted, name, allowedMistakes(wanted)) ?? (isWithout ? firstWord : undefined)
}

function similarity(wanted: string, name: string, weights: Weights): number {
  const mistakes = editDistance(wanted, name, allowedMistakes(wanted))
  const spelled = mistakes === undefined ? 0 : 1 - mistakes / Math.max(wanted.length, name.length, 1)
  return Math.max(spelled, 0.9 * sharedWords(wanted, name, weights))
}

/** The weight of the words that both names have, as a share of the weight of all their words. */
function sharedWords(wanted: string, name: string, weights: Weights): number {
  const rest = new Set(wordsOf(name))
  let [shared, all] = [0, 0]
  for (const word of wordsOf(wanted)) {
    const {match, likeness} = bestMatch(word, rest)
    const weight = weights.get(match) ?? 1
    rest.delete(match)
    shared += weight * likeness
    all += weight
  }
  for (const word of rest) all += unsaidShare * (weights.get(word) ?? 1)
  return all === 0 ? 0 : shared / all
}

function bestMatch(word: string, words: Iterable<string>): {match: string; likeness: number} {
  let best = {match: word, likeness: 0}
  for (const match of words) {
    const likeness = wordLikeness(word, match)
    if (likeness > best.likeness) best = {match, likeness}
  }
  return best
}

/** 1 for the same word, 0 for one that has nothing to do with it. */
function wordLikeness(a: string, b: string): number {
  if (a === b) return 1
  const length = Math.max(a.length, b.length)
  const mistakes = editDistance(a, b, allowedMistakes(a))
  if (mistakes !== undefined) return 1 - mistakes / length
  const prefix = commonPrefix(a, b)
  const telling = prefix >= 5 || (prefix >= 3 && prefix === Math.min(a.length, b.length))
  return telling ? Math.sqrt(prefix / length) : 0
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return length
}

/** In a short word one letter makes another word. */
function allowedMistakes(text: string): number {
  if (text.length < 4) return 0
  return Math.min(3, Math.floor(text.length / 4))
}

function weigh(names: readonly string[]): Weights {
  const counts = new Map<string, number>()
  for (const word of names.flatMap((name) => wordsOf(plain(name))))
    counts.set(word, (counts.get(word) ?? 0) + 1)
  return new Map([...counts].map(([word, count]) => [word, 1 / (1 + Math.log(count))]))
}

function wordsOf(name: string): readonly string[] {
  return name.split('_').filter((word) => word !== '')
}

/** As names are compared: lower case, without `mod_`, words parted by `_`. */
function plain(name: string): string {
  return bareName(name.toLowerCase()).replace(/[^a-z0-9]+/g, '_')
}
