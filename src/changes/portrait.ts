import {mainOf} from '../module-name.ts'
import type {ModuleKey} from '../module-key.ts'
import type {FileFacts} from '../facts/fact-types.ts'
import {joinLists, type ListName, type ModuleFacts} from '../facts/module-facts.ts'
import type {LockedModule} from '../project/lockfile.ts'
import {isMainFile} from '../prosody/module-files.ts'
import {loadedFiles} from '../resolve/loaded-files.ts'

const lists = [
  'options',
  'provides',
  'hooks',
  'fires',
  'features',
  'stores',
  'depends',
] as const satisfies readonly ListName[]

/** What of a module's facts is compared. */
export type PortraitFacts = Pick<ModuleFacts, (typeof lists)[number] | 'xeps'>

/** A module of a release, and what the files that it leads to say together. */
export interface Portrait {
  readonly name: string
  /** Its main file and all that it loads of its release, by their paths below the source's folder. */
  readonly files: readonly string[]
  readonly facts: PortraitFacts
  /** Whether some of its files could not be looked at. */
  readonly partial: boolean
}

/** Portrays each module of an entry. @param read facts of a Lua file by its path; undefined where they are not known */
export function portraitsOf(
  key: ModuleKey,
  locked: LockedModule,
  read: (path: string) => FileFacts | undefined,
): Portrait[] {
  const unread = new Set<string>()
  // Libraries that many modules load are looked at once.
  const placed = new Map<string, PortraitFacts>()
  const seen = (path: string): FileFacts | undefined => {
    const facts = read(path)
    if (facts === undefined) unread.add(path)
    return facts
  }
  const placedIn = (path: string, facts: FileFacts): PortraitFacts => {
    const own = placed.get(path) ?? {...joinLists([{path, facts}], lists), xeps: facts.xeps}
    placed.set(path, own)
    return own
  }
  return Object.keys(locked.files).flatMap((path) => {
    const name = mainOf(path)
    if (name === undefined || !isMainFile(path)) return []
    unread.clear()
    const {facts} = loadedFiles(key, locked, {read: seen, from: [path]})
    const parts = [...facts].map(([at, own]) => placedIn(at, own))
    return [{name, files: [...facts.keys()], facts: joined(parts), partial: unread.size > 0}]
  })
}

function joined(parts: readonly PortraitFacts[]): PortraitFacts {
  return {
    options: parts.flatMap(({options}) => options),
    provides: parts.flatMap(({provides}) => provides),
    hooks: parts.flatMap(({hooks}) => hooks),
    fires: parts.flatMap(({fires}) => fires),
    features: parts.flatMap(({features}) => features),
    stores: parts.flatMap(({stores}) => stores),
    depends: parts.flatMap(({depends}) => depends),
    xeps: [...new Set(parts.flatMap(({xeps}) => xeps))].sort(),
  }
}
