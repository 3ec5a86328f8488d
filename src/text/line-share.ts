/** Lines that say little by themselves: `end`, `end);`, `else`, empty ones. */
const shortLine = 6

/** How often each telling line stands in a text, by the line. */
export type LineCounts = ReadonlyMap<string, number>

/** Counts the telling lines of a text. */
export function lineCounts(text: string): LineCounts {
  const counts = new Map<string, number>()
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line.length > shortLine) counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return counts
}

/**
 * Computes the share of equal lines in two texts, from 0 to 1, wherever they stand; 0 where one has no telling line.
 */
export function lineShare(a: LineCounts, b: LineCounts): number {
  let common = 0
  for (const [line, times] of a) common += Math.min(times, b.get(line) ?? 0)
  const all = total(a) + total(b)
  return all === 0 ? 0 : (2 * common) / all
}

function total(counts: LineCounts): number {
  return [...counts.values()].reduce((sum, times) => sum + times, 0)
}
