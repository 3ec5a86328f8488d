/** Text that is read, and where each of its characters stands in the input. */
export interface Source {
  readonly text: string
  /** Gives the offset into the input of an offset into `text`. */
  readonly at: (offset: number) => number
}

/** Makes a source of a stretch of another. */
export function partOf(source: Source, start: number, end: number): Source {
  return {text: source.text.slice(start, end), at: (offset) => source.at(start + offset)}
}

/** Makes a source of a text that stands nowhere as it is: all of it counts as standing at one offset of the input. */
export function sourceAt(text: string, offset: number): Source {
  return {text, at: () => offset}
}

/** Gives the line, from 1, of offsets into a text. */
export function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}
