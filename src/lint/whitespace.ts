import type {Issues} from './issue.ts'
import type {Scan} from './scan.ts'
import type {SourceText} from './text.ts'

/** Reports white space at the ends of lines, and spaces before tabs in indentation. */
export function checkWhitespace(text: SourceText, {lineEndings}: Scan, issues: Issues): void {
  const {source, lineStarts} = text
  for (const [index, start] of lineStarts.entries()) {
    const line = index + 1
    const next = lineStarts[line] ?? source.length
    const content = source.slice(start, next).replace(/[\r\n]+$/, '')
    if (content === '') continue
    const trailing = trailingFrom(content)
    const end = start + content.length
    if (trailing === 0) {
      issues.add('611', {line, start, end})
      continue
    }
    if (trailing < content.length)
      issues.add(trailingCodes[lineEndings.get(line) ?? 'code'], {line, start: start + trailing, end})
    const indent = /^[ \t\f\v]*? \t[ \t\f\v]*/.exec(content)?.[0]
    if (indent !== undefined) issues.add('621', {line, start, end: start + indent.length})
  }
}

const trailingCodes = {code: '612', string: '613', comment: '614'} as const

/** Where the white space at the end of a line starts. */
function trailingFrom(content: string): number {
  let at = content.length
  while (at > 0 && ' \t\f\v'.includes(content[at - 1] ?? '-')) at -= 1
  return at
}
