import type {RuleId} from './ids.ts'
import type {RuleFinding, RuleReport} from './rule-report.ts'
import {severities, type RuleSettings, type Severity} from './types.ts'

/** Rules that are applied only where they are asked for. */
const offUnlessSet: ReadonlySet<RuleId> = new Set(['unknown-event'])

/** Makes what `checkRules` says of what `applyRules` has found. */
export function withSettings(report: RuleReport, settings: RuleSettings): RuleReport {
  const findings = report.findings.flatMap((finding) => {
    const severity = severityBy(settings, finding)
    return severity === undefined ? [] : [severity === finding.severity ? finding : {...finding, severity}]
  })
  return {...report, findings}
}

/** A rule that is set to error makes errors of all that it finds; one that is set lower never more than that. */
function severityBy(
  settings: RuleSettings,
  {rule, severity}: Pick<RuleFinding, 'rule' | 'severity'>,
): Severity | undefined {
  const setting = settings[rule]
  if (setting === undefined) return offUnlessSet.has(rule) ? undefined : severity
  return setting === 'off' ? undefined : atMost(severity, setting)
}

function atMost(severity: Severity, setting: Severity): Severity {
  if (setting === 'error') return setting
  return severities.indexOf(severity) < severities.indexOf(setting) ? setting : severity
}
