/** What commands are for, in the order in which a project needs them. A name of a topic stands for all of its commands. */
export const groups: readonly (readonly [intent: string, names: readonly string[]])[] = [
  ['START', ['init', 'import', 'add', 'remove']],
  ['BUILD', ['install', 'verify', 'fetch', 'image']],
  ['LOOK', ['search', 'info', 'versions', 'list', 'tree', 'why']],
  ['MOVE', ['outdated', 'update', 'bump', 'diff']],
  ['PROVE', ['check', 'lint', 'explain', 'identify']],
  ['CONFIGURE', ['options', 'deps', 'config']],
  ['THE PROGRAM', ['doctor', 'cache', 'completion', 'version', 'help']],
]

/** What stands in help for commands that begin with the same word. */
export const families: Readonly<Record<string, string>> = {
  cache: 'look at, check and shrink the store of verified files',
  config: 'list every setting, its value and where that comes from',
  image: 'make a container image, configured from the environment',
}
