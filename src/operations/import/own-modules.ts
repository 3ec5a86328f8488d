import type {Followed} from '../../recipe/follow/types.ts'
import {shellWord} from '../../text/shell-word.ts'

/** What is looked at of a build context. */
export interface ContextTree {
  /** Lists files below a path, by their paths; [] where there is none. */
  files(path: string): readonly string[]
}

/** Says which modules of the build context itself go into the image: they stay, and their folder is searched as before. */
export function ownModuleNotes({placed}: Followed, tree: ContextTree): string[] {
  const found = new Map<number, {paths: string[]; names: string[]}>()
  for (const {piece, line} of placed) {
    const {thing} = piece
    if (thing.kind !== 'context') continue
    const names = tree
      .files(thing.from)
      .flatMap((path) => /(?:^|\/)mod_([a-z0-9_]+)\.lua$/.exec(path)?.[1] ?? [])
    if (names.length === 0) continue
    const one = found.get(line) ?? {paths: [], names: []}
    found.set(line, {paths: [...one.paths, thing.from], names: [...one.names, ...names]})
  }
  return [...found].map(([line, one]) => noteOf(line, one))
}

function noteOf(
  line: number,
  {paths, names}: {readonly paths: readonly string[]; readonly names: readonly string[]},
): string {
  const all = [...new Set(names)].sort()
  const shown = all.length > 4 ? `${all.slice(0, 4).join(', ')} and ${all.length - 4} more` : all.join(', ')
  const [first = ''] = paths
  const folder = paths.length === 1 && !first.endsWith('.lua') && first !== '' ? `./${first}` : '.'
  return `line ${line} goes on copying modules of this folder: ${shown}; which of them are published, and in which version: prosody-mods identify ${shellWord(folder)}`
}
