import type {Issues} from './issue.ts'
import type {Scan} from './scan.ts'
import type {SourceText} from './text.ts'

/** Reports white space at the ends of lines, and spaces before tabs in indentation. */
export function checkWhitespace(text: SourceText, {lineKinds}: Scan, issues: Issues): void {
  const {source, lineStarts, lineEnds} = text
  for (let index = 0; index < lineStarts.length; index += 1) {
    const start = lineStarts[index] ?? 0
    const end = lineEnds[index] ?? 0
    if (start === end) continue
    const trailing = trailingFrom(source, start, end)
    if (trailing === start) {
      issues.add('611', [start, end])
      continue
    }
    if (trailing < end) issues.add(trailingCodes[lineKinds[index + 1] ?? 0] ?? '612', [trailing, end])
    if (source.charCodeAt(start) > space) continue
    const indent = badIndent(source, start)
    if (indent !== undefined) issues.add('621', [start, indent])
  }
}

/** By what a line ends in: code, a comment or a string. */
const trailingCodes: Readonly<Record<number, string>> = {0: '612', 1: '614', 2: '613'}

const tab = 9
const space = 32

/** Where the white space at the end of a line starts. */
function trailingFrom(source: string, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(source.charCodeAt(at - 1))) at -= 1
  return at
}

/** Where an indentation ends that has a tab behind a space; undefined for another one. */
function badIndent(source: string, start: number): number | undefined {
  let isBad = false
  let at = start
  for (; isBlank(source.charCodeAt(at)); at += 1)
    isBad ||= at > start && source.charCodeAt(at) === tab && source.charCodeAt(at - 1) === space
  return isBad ? at : undefined
}

function isBlank(code: number): boolean {
  return code === space || code === tab || code === 11 || code === 12
}
