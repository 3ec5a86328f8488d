import type {Trust} from '../project/lockfile.ts'
import {out as pc} from './colours.ts'

/** Says in a word who vouches for digests: `registry`, `registry·debian`, `registry·fork`, `signed`, `first-use`, `yours`. */
export function trustWord({by, basis = 'upstream'}: Trust): string {
  switch (by) {
    case 'registry':
      return basis === 'upstream' ? 'registry' : `registry·${basis}`
    case 'signature':
      return 'signed'
    case 'first-use':
      return 'first-use'
    case 'user':
      return 'yours'
  }
}

/** What each word says, for a legend. */
const meanings: Readonly<Record<string, string>> = {
  registry: "digests known, seen in the publisher's repository",
  'registry·debian': "digests known, seen in Debian's package only",
  'registry·fork': "digests known, some seen in a fork of the publisher's repository only",
  signed: 'named in the signed index of its archive',
  'first-use': 'nobody vouches for it: what came first is pinned',
  yours: 'a folder or a digest that you named',
}

/** Explains words of trust, a line each, in the order of the legend. */
export function trustLegend(words: readonly string[]): [word: string, meaning: string][] {
  return Object.entries(meanings).filter(([word]) => words.includes(word))
}

/** All words of trust with their meanings, for help. */
export const trustHelp = Object.entries(meanings)
  .map(([word, meaning]) => `${word}: ${meaning}.`)
  .join('\n')

/** Colours a word of trust by how much it says. */
export function trustStyle(word: string): (text: string) => string {
  if (word === 'registry' || word === 'signed') return pc.green
  return word === 'yours' ? (text) => text : pc.yellow
}
