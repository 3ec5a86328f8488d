import type {Finding} from './finding.ts'

/** The code that stands for a file which could not be read; luacheck has none for it. */
export const unreadable = 'unreadable'

/** Writes the rows that `luacheck --formatter plain --codes --ranges` prints for a file. */
export function luacheckRows(path: string, findings: readonly Finding[]): string[] {
  return findings.map(({code, line, column, endColumn, message}) => {
    if (code === unreadable) return `${path}: I/O error (${message})`
    const kind = code.startsWith('0') ? 'E' : 'W'
    return `${path}:${line}:${column}-${endColumn}: (${kind}${code}) ${message}`
  })
}
