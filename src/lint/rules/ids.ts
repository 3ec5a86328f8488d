/** Ids of all rules about Prosody; each rule has a page of its name in docs/lint/. */
export const ruleIds = [
  'blocking-call',
  'deprecated-api',
  'deprecated-option',
  'inline-comment',
  'lua-version',
  'missing-file',
  'refused-argument',
  'require-in-handler',
  'shadows-core',
  'shared-write',
  'unknown-event',
  'unknown-global',
  'unknown-library',
  'unknown-member',
  'unknown-method',
  'unmet-metadata',
] as const

/** The id of a rule about Prosody. */
export type RuleId = (typeof ruleIds)[number]

/** Tells whether a text is the id of a rule about Prosody. */
export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text)
}

/** What each rule finds, for lists, without a full stop. */
export const ruleSummaries: Readonly<Record<RuleId, string>> = {
  'blocking-call': 'a call that makes the whole server wait',
  'deprecated-api': 'what Prosody keeps for old modules only',
  'deprecated-option': 'a configuration option that Prosody calls deprecated or obsolete',
  'inline-comment': 'a comment for prosody-mods that says nothing which it understands',
  'lua-version': "syntax that the target's Lua does not read",
  'missing-file': 'a file that module:require asks for and that is not there',
  'refused-argument': 'a call that Prosody refuses for what it is given',
  'require-in-handler': 'a library that is looked for only while the server works',
  'shadows-core': "a module by the name of one of Prosody's own",
  'shared-write': 'a write to what all modules of the server share',
  'unknown-event': 'an event that neither Prosody nor a selected module fires',
  'unknown-global': 'a global variable that neither the target nor its Lua has',
  'unknown-library': "a library of Prosody's own that the target does not have",
  'unknown-member': 'a field of a library that is not there',
  'unknown-method': 'a method of module that the target does not have',
  'unmet-metadata': 'metadata by which the target skips the file',
}
