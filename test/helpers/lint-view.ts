import type {LintFinding} from '../../src/operations/lint/lint.ts'
import type {LintView} from '../../src/render/lint/text.ts'

/** A finding of a Prosody rule, with what is given in place of its own. */
export function finding(given: Partial<LintFinding> = {}): LintFinding {
  return {
    path: 'mod_a.lua',
    line: 1,
    column: 1,
    endColumn: 1,
    code: 'some-rule',
    rule: 'prosody',
    severity: 'warning',
    message: 'a message',
    source: 'print(1)',
    ...given,
  }
}

/** What lint would give with these findings. */
export function viewOf(findings: readonly LintFinding[], given: Partial<LintView> = {}): LintView {
  const number = (one: string): number => findings.filter(({severity}) => severity === one).length
  return {
    files: 1,
    errors: number('error'),
    warnings: number('warning'),
    notes: number('note'),
    findings,
    target: {prosody: '13.0', lua: '5.4'},
    config: null,
    fixed: null,
    maxWarnings: 0,
    ...given,
  }
}
