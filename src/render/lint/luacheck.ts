import {luacheckRows} from '../../lint/rows.ts'
import type {LintResult} from '../../operations/lint/lint.ts'
import {lines} from '../common.ts'

/** Writes findings as `luacheck --formatter plain --codes --ranges` prints them. */
export function renderLuacheck({findings}: LintResult): string {
  return lines(
    findings
      .filter(({rule}) => rule === 'luacheck')
      .flatMap((finding) => luacheckRows(finding.path, [finding])),
  )
}
