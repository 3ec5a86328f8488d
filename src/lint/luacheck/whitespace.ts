import type {Issues} from './issue.ts'
import type {Scan} from '../source/scan.ts'
import type {SourceText} from '../source/text.ts'

/** Reports white space at the ends of lines, and spaces before tabs in indentation. */
export function checkWhitespace(text: SourceText, {lineKinds}: Scan, issues: Issues): void {
  const {source, lineStarts, lineEnds} = text
  for (let index = 0; index < lineStarts.length; index += 1) {
    const start = lineStarts[index] ?? 0
    const end = lineEnds[index] ?? 0
    if (start === end) continue
    const trailing = trailingFrom(source, start, end)
    if (trailing < end) {
      const kind = lineKinds[index + 1] ?? 0
      const fix = isFixable(kind, start, text) ? {fix: {start: trailing, end, text: ''}} : undefined
      issues.add(trailing === start ? '611' : (trailingCodes[kind] ?? '612'), [trailing, end], fix)
    }
    if (trailing === start) continue
    if (source.charCodeAt(start) > space) continue
    const indent = badIndent(source, start)
    if (indent !== undefined) issues.add('621', [start, indent])
  }
}

/** White space in a string is a part of it, and a system reads the first line as it stands when it starts a script. */
function isFixable(kind: number, start: number, {source}: SourceText): boolean {
  return kind !== inString && !(start === 0 && source.startsWith('#!'))
}

/** What a line ends in. */
const inString = 2

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
