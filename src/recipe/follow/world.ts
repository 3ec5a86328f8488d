import {posix} from 'node:path'
import type {Command, Word} from '../types.ts'
import {Files, type BuildContext, type Item} from './files.ts'
import {absolute, isPattern, joined} from './paths.ts'
import {wholeOf, type Thing} from './thing.ts'
import type {
  AppliedEdit,
  AppliedPatch,
  CalledScript,
  Enabled,
  Installed,
  Piped,
  Place,
  Written,
} from './types.ts'

type NewThing = Pick<Thing, 'kind' | 'from' | 'line'> &
  Partial<Pick<Thing, 'vcs' | 'ref' | 'sha256' | 'unknown'>>

/** What is known while a recipe is followed: nothing is run, and nothing is asked of anybody. */
export class World {
  readonly things: Thing[] = []
  readonly installed: Installed[] = []
  readonly patches: AppliedPatch[] = []
  readonly edits: AppliedEdit[] = []
  readonly scripts: CalledScript[] = []
  readonly written: Written[] = []
  readonly enabled: Enabled[] = []
  readonly uids = new Map<string, number>()
  /** What `git fetch` has got of a repository, which lies nowhere until it is checked out. */
  readonly fetched = new Map<Thing, Word>()
  /** What `git archive` gives of a repository. */
  readonly archived = new Map<Thing, {readonly ref: string | undefined; readonly paths: readonly string[]}>()
  place: Place
  stage = 0
  /** The index of the step that is being made. */
  step = -1
  condition: string | undefined
  /** What the step looks like that is being made; undefined in what it calls. */
  text: string | undefined
  /** What the command before in a pipe gives; undefined for the first. */
  input: Piped | undefined
  /** What goes to the next one; undefined for nothing that is known. */
  output: Piped | undefined

  constructor(context: BuildContext) {
    this.place = {files: new Files(context), cwd: '/', before: [], variables: new Map()}
  }

  get files(): Files {
    return this.place.files
  }

  /** Makes a word's path absolute. */
  path({text}: Word): string {
    return absolute(this.place.cwd, text)
  }

  /** Notes that something is brought in; the same from the same line is one. */
  bring({vcs, ref, sha256, unknown = [], ...given}: NewThing): Thing {
    const known = this.things.find(
      (one) =>
        one.kind === given.kind && one.from === given.from && one.line === given.line && one.ref === ref,
    )
    if (known !== undefined) return known
    const thing = {...given, id: this.things.length, vcs, ref, sha256, unknown, condition: this.condition}
    this.things.push(thing)
    return thing
  }

  /** Puts a whole thing to a path. */
  putThing(at: string, thing: Thing, isFile: boolean): void {
    this.files.put(at, {piece: wholeOf(thing), isFile}, thing.line)
  }

  /** Returns the text of a file that comes from the build context, or is written by the recipe; undefined for others. */
  textAt(path: string): string | undefined {
    const item = this.files.at(path)
    if (item === undefined) return undefined
    const {thing, path: inner} = item.piece
    if (thing.kind === 'text') return this.written.findLast((one) => one.path === thing.from)?.text
    if (thing.kind !== 'context') return undefined
    const folder = isPattern(thing.from) ? posix.dirname(thing.from) : thing.from
    return this.files.context.read(posix.normalize(joined(folder, inner)))
  }

  /** Lists what lies at a path, is above it or below. */
  thingsAt(path: string): readonly Thing[] {
    return distinct(this.files.find(path).map(({piece}) => piece.thing))
  }

  /** Copies what paths lead to into a folder or to a path, as `cp` does; tells what it was. */
  transfer(
    sources: readonly string[],
    dest: {readonly path: string; readonly isFolder: boolean; readonly line: number},
    how: {readonly moves: boolean; readonly contents?: boolean},
  ): readonly Thing[] {
    const all = sources.map((source) => {
      const ofContents = source.endsWith('/.') || how.contents === true
      const path = absolute('/', source)
      return {path, ofContents, items: this.files.find(path)}
    })
    for (const {path, ofContents, items} of all) {
      const isInto = dest.isFolder || sources.length > 1 || this.files.isFolder(dest.path)
      if (how.moves) this.files.remove(path)
      for (const item of items) {
        const to = targetOf(item, {dest: dest.path, isInto, ofContents, source: path})
        this.files.put(to, item, dest.line)
      }
    }
    return distinct(all.flatMap(({items}) => items.map(({piece}) => piece.thing)))
  }
}

interface Target {
  readonly dest: string
  readonly isInto: boolean
  readonly ofContents: boolean
  readonly source: string
}

function targetOf(item: Item, {dest, isInto, ofContents, source}: Target): string {
  const {name, inside} = item
  if (name === undefined) return dest
  const isItself = inside === '' && source.endsWith(`/${name}`)
  if (ofContents) return isItself ? dest : joined(dest, joined(inside, name))
  const folder = isItself || source.includes('*') ? '' : (source.split('/').at(-1) ?? '')
  if (isInto || (item.isFile && !/\.\w+$/.test(dest)))
    return joined(dest, joined(folder, joined(inside, name)))
  return isItself ? dest : joined(dest, joined(inside, name))
}

/** Returns each thing once, in order. */
export function distinct(things: readonly Thing[]): readonly Thing[] {
  return [...new Set(things)].sort((a, b) => a.id - b.id)
}

/** Lists the variables and outputs in words that are not known. */
export function unknownIn(words: readonly (Word | undefined)[]): readonly string[] {
  return [...new Set(words.flatMap((word) => word?.unknown ?? []))]
}

/** Says what a command reads: what comes through a pipe, or what a here-document gives. */
export function inputOf(command: Command, world: World): Piped | undefined {
  if (command.input !== undefined) return {kind: 'text', text: command.input}
  const from = command.redirects.find(({operator}) => operator === '<')
  if (from === undefined) return world.input
  return {kind: 'pieces', things: world.thingsAt(world.path(from.target))}
}
