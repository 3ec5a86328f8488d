import type {Variable} from '../variables/types.ts'
import {detailOf} from './env-example.ts'

/** Writes a Markdown table of variables: name, type, default, and what each does. */
export function variableTable(variables: readonly Variable[]): string {
  const rows = variables.map((variable) => [
    `\`${variable.name}\``,
    variable.type,
    variable.default === undefined ? '' : `\`${variable.default}\``,
    `${variable.about}${detailOf(variable)}`,
  ])
  const all = [['variable', 'type', 'default', 'what it does'], ['---', '---', '---', '---'], ...rows]
  return all.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`).join('')
}
