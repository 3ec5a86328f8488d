import type {Finding} from './finding.ts'

/** The rows that `luacheck --formatter plain --codes --ranges` prints for a file. */
export function luacheckRows(path: string, findings: readonly Finding[]): string[] {
  return findings.map(({code, line, column, endColumn, message}) => {
    const kind = code.startsWith('0') ? 'E' : 'W'
    return `${path}:${line}:${column}-${endColumn}: (${kind}${code}) ${message}`
  })
}
