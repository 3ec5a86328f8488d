/** Ids of all rules about Prosody; each has a page of its name in docs/lint/. */
export const ruleIds = [
  'blocking-call',
  'deprecated-api',
  'deprecated-option',
  'inline-comment',
  'lua-version',
  'missing-file',
  'require-in-handler',
  'shadows-core',
  'shared-write',
  'unknown-event',
  'unknown-global',
  'unknown-library',
  'unknown-method',
  'unmet-metadata',
] as const

export type RuleId = (typeof ruleIds)[number]

export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text)
}
