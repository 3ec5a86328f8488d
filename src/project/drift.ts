/** How a file of the context may differ from the lockfile. */
export type DriftKind = 'missing' | 'changed' | 'unexpected' | 'not-a-file'

/** What to do about each. */
export const driftHints: Readonly<Record<DriftKind, string>> = {
  missing: 'prosody-mods install puts it back',
  changed: 'prosody-mods install --force replaces it by what was locked',
  unexpected: 'no module of the lockfile has it: delete it, or keep it outside of prosody-modules',
  'not-a-file': 'move it away, then run prosody-mods install',
}
