import type {Version} from './types.ts'

/** Orders two versions of one scheme whose keys are equally long lists of numbers. */
export function compareNumbers(a: Version, b: Version): number {
  for (let at = 0; at < a.key.length; at += 1) {
    const difference = Number(a.key[at]) - Number(b.key[at])
    if (difference !== 0) return difference
  }
  return 0
}

/** Reads the whole number that decimal digits spell; undefined when JavaScript can't hold it exactly. */
export function safeInteger(digits: string): number | undefined {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : undefined
}
