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
    if (trailing < content.length) {
      const ending = lineEndings.get(line) ?? 'code'
      const place = {line, start: start + trailing, end}
      const fix = {start: place.start, end, text: ''}
      const code = trailing === 0 ? '611' : trailingCodes[ending]
      issues.add(code, place, isFixable(ending, line, content) ? {fix} : {})
    }
    if (trailing === 0) continue
    const indent = /^[ \t\f\v]*? \t[ \t\f\v]*/.exec(content)?.[0]
    if (indent !== undefined) issues.add('621', {line, start, end: start + indent.length})
  }
}

/** White space in a string is a part of it, and a system reads the first line as it stands when it starts a script. */
function isFixable(ending: keyof typeof trailingCodes, line: number, content: string): boolean {
  return ending !== 'string' && !(line === 1 && content.startsWith('#!'))
}

const trailingCodes = {code: '612', string: '613', comment: '614'} as const

/** Where the white space at the end of a line starts. */
function trailingFrom(content: string): number {
  let at = content.length
  while (at > 0 && ' \t\f\v'.includes(content[at - 1] ?? '-')) at -= 1
  return at
}
