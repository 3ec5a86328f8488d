import type {Followed} from '../../recipe/follow/types.ts'
import {shellWord} from '../../text/shell-word.ts'

/** What is looked at of a build context. */
export interface ContextTree {
  /** Lists files below a path, by their paths; [] where there is none. */
  files(path: string): readonly string[]
}

/** Says which modules of the build context itself go into the image: they stay, and their folder is searched as before. */
export function ownModuleNotes({placed}: Followed, tree: ContextTree): string[] {
  const notes = new Map<string, string>()
  for (const {piece, at, line} of placed) {
    const {thing} = piece
    if (thing.kind !== 'context') continue
    const names = tree
      .files(thing.from)
      .flatMap((path) => /(?:^|\/)mod_([a-z0-9_]+)\.lua$/.exec(path)?.[1] ?? [])
    if (names.length === 0) continue
    const folder = thing.from === '' ? '.' : `./${thing.from}`
    const few = [...new Set(names)].sort()
    const shown = few.length > 4 ? `${few.slice(0, 4).join(', ')} and ${few.length - 4} more` : few.join(', ')
    notes.set(
      thing.from,
      `line ${line} copies modules of this folder to ${at}, and goes on doing so: ${shown}; what is published of them, and which version: prosody-mods identify ${shellWord(folder)}`,
    )
  }
  return [...notes.values()]
}
