import type {Reading} from './reading.ts'
import {lineAt, lineStart, lineText} from './source.ts'

/** Tells whether what stands at an offset is in a comment: what is no longer used, or where to read more. */
export function isComment(reading: Reading, offset: number): boolean {
  const line = lineAt(reading.source, offset)
  const start = lineStart(reading.source, line)
  const before = reading.source.text.slice(Math.max(start, offset - 500), offset)
  if (offset - start <= 500 && /^\s*(?:\/\/|--(?:[ \t]|\[)|;)/.test(before)) return true
  if (reading.isMarkdown && /^#{1,6} /.test(lineText(reading.source, line))) return false
  return offset - start <= 500 && /^\s*#(?!\{)|^[^"'`]*\s#\s/.test(before)
}
