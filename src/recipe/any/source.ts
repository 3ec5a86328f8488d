/** A text with its lines. */
export interface TextSource {
  readonly text: string
  /** Offset of each line's first character. */
  readonly starts: readonly number[]
  /** Each without its line end. */
  readonly lines: readonly string[]
}

/** Splits a text into lines, whatever ends them. */
export function readSource(text: string): TextSource {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const lines = starts.map((start, index) => {
    const end = (starts[index + 1] ?? text.length + 1) - 1
    return text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end)
  })
  return {text, starts, lines}
}

/** Returns the number, from 1, of the line that an offset lies in. */
export function lineAt(source: TextSource, offset: number): number {
  let [low, high] = [0, source.starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((source.starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}

/** Returns the text of a line by its number, from 1; '' behind the last. */
export function lineText(source: TextSource, line: number): string {
  return source.lines[line - 1] ?? ''
}

/** Returns the offset of a line's first character by its number, from 1. */
export function lineStart(source: TextSource, line: number): number {
  return source.starts[line - 1] ?? source.text.length
}
