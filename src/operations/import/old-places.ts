import {lstatSync} from 'node:fs'
import {join, posix} from 'node:path'
import type {Followed} from '../../recipe/follow/types.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import {namesIn, textOf} from './quiet-files.ts'

/** A build context has a few hundred files where it has many. */
const most = 300

/** Scripts that start a server are short. */
const longest = 100_000

/**
 * Says which files of the build context, that go into the image, name a folder in which modules lay that come with the project
 * now: what they do there finds nothing any more.
 */
export function oldPlaceNotes(
  {placed, targets, scripts}: Followed,
  taken: ReadonlySet<Thing>,
  {folder, modulesPath}: {readonly folder: string; readonly modulesPath: string},
): string[] {
  const all = targets.flatMap((target) => target.placed)
  const places = new Set(
    all.flatMap(({at, isFile, piece}) => (taken.has(piece.thing) ? (isFile ? posix.dirname(at) : at) : [])),
  )
  const own = [...places].filter(
    (place) => place.split('/').length > 2 && place !== '/usr/lib/prosody/modules',
  )
  const found = new Map<string, string[]>()
  for (const {piece} of placed) {
    if (piece.thing.kind !== 'context') continue
    for (const path of textsAt(folder, piece.thing.from)) {
      const text = textOf(join(folder, path)) ?? ''
      // What runs while the image is made is followed, and told by its line.
      if (scripts.some((script) => script.text === text)) continue
      for (const place of own)
        if (names(text, place)) found.set(place, [...new Set([...(found.get(place) ?? []), path])])
    }
  }
  return [...found].map(
    ([place, paths]) =>
      `${paths.join(', ')} ${paths.length === 1 ? 'names' : 'name'} ${place}, where modules lay that are in ${modulesPath} now: see what is done with it there`,
  )
}

function names(text: string, place: string): boolean {
  const at = text.indexOf(place)
  return at !== -1 && !/[\w-]/.test(text[at + place.length] ?? '')
}

/** Files but those of Lua, of which plugin_paths is told. */
function textsAt(folder: string, path: string): string[] {
  const found: string[] = []
  const look = (at: string): void => {
    if (found.length >= most || at.startsWith('..')) return
    const stat = lstatSync(join(folder, at), {throwIfNoEntry: false})
    if (stat?.isFile() === true && stat.size <= longest && !/\.(?:lua|patch|md)$/.test(at)) found.push(at)
    if (stat?.isDirectory() !== true || /(?:^|\/)(?:\.git|\.hg|node_modules)$/.test(at)) return
    for (const name of namesIn(join(folder, at))) look(posix.join(at, name))
  }
  look(path.includes('*') ? posix.dirname(path) : posix.normalize(path === '' ? '.' : path))
  return found
}
