/**
 * Computes the Damerau-Levenshtein distance (optimal string alignment) of two texts: letters added, left out, replaced,
 * and neighbours swapped, each counting 1. Undefined when it is greater than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined
  let before: readonly number[] = []
  let last: readonly number[] = Array.from({length: b.length + 1}, (_, at) => at)
  for (let row = 1; row <= a.length; row += 1) {
    const current = nextRow({a, b, row, last, before})
    if (Math.min(...current) > limit) return undefined
    before = last
    last = current
  }
  const distance = last[b.length] ?? 0
  return distance <= limit ? distance : undefined
}

interface RowInput {
  readonly a: string
  readonly b: string
  /** 1 for the first letter of `a`. */
  readonly row: number
  readonly last: readonly number[]
  readonly before: readonly number[]
}

/** Distances of the first `row` letters of `a` to the beginnings of `b`. */
function nextRow({a, b, row, last, before}: RowInput): number[] {
  const current = [row]
  for (let at = 1; at <= b.length; at += 1) {
    const same = a[row - 1] === b[at - 1]
    const replaced = (last[at - 1] ?? 0) + (same ? 0 : 1)
    const best = Math.min(replaced, (last[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1)
    const swapped = at > 1 && a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1]
    current.push(swapped ? Math.min(best, (before[at - 2] ?? 0) + 1) : best)
  }
  return current
}
