/** How a file of the context may differ from the lockfile. */
export type DriftKind = 'missing' | 'changed' | 'line-ends' | 'unreadable' | 'unexpected' | 'not-a-file'

/** What to do about each. */
export const driftHints: Readonly<Record<DriftKind, string>> = {
  missing: 'prosody-mods install puts it back',
  changed: 'prosody-mods install --force replaces it by what was locked',
  'line-ends':
    'only line ends differ, as with core.autocrlf of Git: put "prosody-modules/** -text" and "conf.d/prosody-mods.cfg.lua -text" into .gitattributes, then prosody-mods install --force',
  unreadable:
    'COPY keeps modes, and the Prosody in the image is another user: prosody-mods install lets everybody read it',
  unexpected: 'no module of the lockfile has it: delete it, or keep it outside of prosody-modules',
  'not-a-file': 'move it away, then run prosody-mods install',
}
