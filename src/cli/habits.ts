/** Commands of ours that other package managers call otherwise, and that do the same there. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['rm', 'remove'],
  ['uninstall', 'remove'],
  ['un', 'remove'],
  ['delete', 'remove'],
  ['ls', 'list'],
  ['show', 'info'],
  ['view', 'info'],
  ['find', 'search'],
])

/** What to write for what other package managers have, and which is not quite the same here. */
const hints: ReadonlyMap<string, string> = new Map([
  ['i', '"prosody-mods add <module>" adds a module, "prosody-mods install" writes what the lockfile says'],
  ['get', '"prosody-mods add <module>" adds a module'],
  ['ci', '"prosody-mods install --frozen" writes exactly what the lockfile says, or fails'],
  ['sync', '"prosody-mods install" brings the build context to what manifest and lockfile say'],
  ['restore', '"prosody-mods install" brings the build context to what manifest and lockfile say'],
  [
    'lock',
    '"prosody-mods install" writes the lockfile with the build context; every command that changes the manifest does',
  ],
  ['upgrade', '"prosody-mods bump <module>" moves exact versions, "prosody-mods update" what a range admits'],
  ['up', '"prosody-mods bump <module>" moves exact versions, "prosody-mods update" what a range admits'],
  [
    'build',
    '"prosody-mods install" writes the build context, "prosody-mods image write" the files of the image',
  ],
  ['freeze', '"prosody-mods list" shows what is locked'],
  [
    'audit',
    '"prosody-mods check" tells of known flaws and of what cannot work, "prosody-mods verify" compares files with the lockfile',
  ],
  ['validate', '"prosody-mods check" looks whether modules can work'],
  ['test', '"prosody-mods check --boot" starts Prosody with the modules'],
  ['download', '"prosody-mods fetch" brings every file of the lockfile into the store'],
  ['new', '"prosody-mods init" makes a project'],
  ['create', '"prosody-mods init" makes a project'],
  ['about', '"prosody-mods version" says what runs'],
  ['cache clean', '"prosody-mods cache prune --days 0" empties the store'],
  ['cache clear', '"prosody-mods cache prune --days 0" empties the store'],
  ['cache purge', '"prosody-mods cache prune --days 0" empties the store'],
  ['cache dir', '"prosody-mods cache path" prints the folder of the store'],
  ['cache ls', '"prosody-mods cache path" prints the folder of the store'],
  ['cache list', '"prosody-mods cache path" prints the folder of the store'],
])

/** Flags of ours that go by another name elsewhere; the first that a command has is meant. */
const flags: ReadonlyMap<string, readonly string[]> = new Map([
  ['n', ['dry-run']],
  ['f', ['force']],
  ['o', ['offline']],
  ['V', ['version']],
  ['C', ['directory']],
  ['cwd', ['directory']],
  ['dir', ['directory']],
  ['prefix', ['destdir', 'directory']],
  ['project', ['directory']],
  ['silent', ['quiet']],
  ['debug', ['verbose']],
  ['locked', ['frozen']],
  ['frozen-lockfile', ['frozen']],
  ['immutable', ['frozen']],
  ['ci', ['frozen']],
  ['no-network', ['offline']],
  ['pre', ['latest']],
])

/** Puts our command in the place of one that is the same elsewhere. @param words of a line, the command first */
export function withoutAlias(words: readonly string[]): readonly string[] {
  const ours = aliases.get(words[0] ?? '')
  return ours === undefined ? words : [ours, ...words.slice(1)]
}

/** Returns what to write in place of a command of other package managers; undefined for one that is not known. */
export function hintFor(command: string): string | undefined {
  return hints.get(command)
}

/** Finds the flag of a command that another program calls by this name. @param known the command's, by long name */
export function usualFlag(name: string, known: readonly string[]): string | undefined {
  if (name === 'no-color' || name === 'no-colour') return 'color=never'
  return flags.get(name)?.find((one) => known.includes(one))
}

/** Release numbers, dates and revisions: what is no name of a module, and stands behind one. */
const version = /^v?\d+(?:\.\d+)*(?:[-+~.][\w.+~-]+)?$/

/**
 * Writes versions that stand behind a name as words of their own (`polls 9955`, as luarocks has it) in our way;
 * undefined where there is none. @param words operands of a command that takes modules
 */
export function withVersions(words: readonly string[]): readonly string[] | undefined {
  const joined: string[] = []
  for (const word of words) {
    const before = joined.at(-1) ?? ''
    const isBehindName = version.test(word) && /^[a-z_][\w/*-]*$/i.test(before)
    if (isBehindName) joined.push(`${joined.pop() ?? ''}@${word}`)
    else joined.push(word)
  }
  return joined.length === words.length ? undefined : joined
}
