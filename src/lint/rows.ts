import type {Finding} from './finding.ts'

/** The code of a file that could not be read, for which luacheck has none. */
export const unreadable = 'unreadable'

/** The rows that `luacheck --formatter plain --codes --ranges` prints for a file. */
export function luacheckRows(path: string, findings: readonly Finding[]): string[] {
  return findings.map(({code, line, column, endColumn, message}) => {
    if (code === unreadable) return `${path}: I/O error (${message})`
    const kind = code.startsWith('0') ? 'E' : 'W'
    return `${path}:${line}:${column}-${endColumn}: (${kind}${code}) ${message}`
  })
}
