import {mainFile} from '../../module-name.ts'
import type {DeclaredSource} from '../../sources/kinds.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import type {GatheredSources} from './gathered-sources.ts'
import {specText, type Meaning, type Wanted} from './wanted.ts'

/** A module that is to be added, with all that asks for it. */
export interface GatheredSpec extends Wanted {
  /** What `add` is given. */
  readonly text: string
  readonly things: readonly Thing[]
  /** Lines of the input, in order. */
  readonly lines: readonly number[]
  /** Of the last version of a module that nobody pinned: since when there is none. */
  readonly gone?: string | undefined
}

/** Everything that an input brings in, each once. */
export interface Gathered {
  readonly specs: readonly GatheredSpec[]
  /** Sources that have to be declared, by id. */
  readonly sources: Readonly<Record<string, DeclaredSource>>
  readonly notes: readonly string[]
  /** What can't be taken together with the rest: why, and what to do. */
  readonly left: ReadonlyMap<Thing, LeftOut>
}

/** Why something is left out, and what to do by hand. */
export interface LeftOut {
  readonly why: string
  readonly hint: string
}

/** Something that is wanted, and where it is asked for. */
export interface Found {
  readonly wanted: Wanted
  readonly line: number
  readonly thing?: Thing
}

/** Puts together what things stand for, and what is installed by name. */
export function gatherWanted(
  meanings: ReadonlyMap<Thing, Meaning>,
  named: readonly Found[],
  sources: GatheredSources,
): Gathered {
  const found: Found[] = []
  const notes = new Set<string>()
  for (const [thing, meaning] of meanings) {
    if (meaning.kind !== 'modules') continue
    for (const note of meaning.notes) notes.add(note)
    found.push(...meaning.wanted.map((wanted) => ({wanted, line: thing.line, thing})))
  }
  const specs = new Map<string, GatheredSpec>()
  const declared: Record<string, DeclaredSource> = {}
  for (const one of [...found, ...named]) {
    const {wanted} = one
    const known = specs.get(wanted.spec)
    if (
      known !== undefined &&
      known.version !== wanted.version &&
      wanted.version !== undefined &&
      known.version !== undefined
    )
      notes.add(twoVersions(known, one))
    specs.set(wanted.spec, merged(known, one))
    if (wanted.declares !== undefined)
      declared[wanted.declares.id] = widest(declared[wanted.declares.id], wanted.declares.source)
  }
  const left = new Map<Thing, LeftOut>()
  const asked = [...specs.values()]
  const trees = new Set(asked.flatMap(({name, spec}) => (name === undefined ? [spec] : [])))
  const all = asked.map((one) => (trees.has(one.spec.split('/')[0] ?? '') ? one : withLast(one, sources)))
  const kept = withoutParts(ofOneRelease(all, sources, left), notes)
  for (const {spec, version = '', gone} of kept)
    if (gone !== undefined)
      notes.add(`${spec} is no longer published since ${gone}, so the last version is taken, ${version}`)
  return {specs: kept, sources: declared, notes: [...notes], left}
}

/** Of a module that its publisher has retired, and that nobody pinned, the last version that there was. */
function withLast(one: GatheredSpec, sources: GatheredSources): GatheredSpec {
  if (one.name === undefined || one.version !== undefined) return one
  const last = sources.last(one.spec.split('/')[0] ?? '', one.name)
  return last === undefined ? one : {...atVersion(one, last.version), gone: last.gone}
}

function twoVersions({spec, version, lines}: GatheredSpec, {wanted, line}: Found): string {
  return `${spec} is brought at two versions: ${version ?? ''} (line ${lines[0] ?? 0}) and ${wanted.version ?? ''} (line ${line}); the last one is taken`
}

function merged(known: GatheredSpec | undefined, {wanted, line, thing}: Found): GatheredSpec {
  const version = wanted.version ?? known?.version
  const isOneOfAll = wanted.isOneOfAll === true && known?.isOneOfAll !== false
  const all = {...wanted, version, isOneOfAll}
  return {
    ...all,
    text: specText(all),
    except: known === undefined ? wanted.except : known.except.filter((name) => wanted.except.includes(name)),
    things: [...new Set([...(known?.things ?? []), ...(thing === undefined ? [] : [thing])])],
    lines: [...new Set([...(known?.lines ?? []), line])].sort((a, b) => a - b),
  }
}

/** Of two folders of one repository, the one that has both: the repository itself. */
function widest(known: DeclaredSource | undefined, source: DeclaredSource): DeclaredSource {
  if (known === undefined || JSON.stringify(known) === JSON.stringify(source)) return source
  return Object.fromEntries(Object.entries(source).filter(([key]) => key !== 'folder')) as DeclaredSource
}

function otherRelease({spec, version, lines}: GatheredSpec, tree: GatheredSpec): string {
  return `${spec} ${version ?? ''} (line ${lines[0] ?? 0}) is left out: the tree of ${tree.spec} is at ${tree.version ?? 'its newest release'}, and all of its modules come from one release`
}

/** Of single modules of a flat tree, all of which come from one release, those of the release that most of them are of. */
function ofOneRelease(
  specs: readonly GatheredSpec[],
  {isFlat}: GatheredSources,
  left: Map<Thing, LeftOut>,
): readonly GatheredSpec[] {
  const bySource = new Map<string, GatheredSpec[]>()
  for (const one of specs) {
    const [source = ''] = one.spec.split('/')
    if (one.name !== undefined && isFlat(source)) bySource.set(source, [...(bySource.get(source) ?? []), one])
  }
  const became = new Map<GatheredSpec, GatheredSpec | undefined>()
  for (const all of bySource.values()) {
    const pinned = all.filter(isPinned)
    const [most, ...others] = byVersion(pinned.length > 0 ? pinned : all)
    const [first] = most ?? []
    for (const one of others.flat()) {
      became.set(one, undefined)
      for (const thing of one.things) left.set(thing, twoReleases(one, first ?? one))
    }
    // What nobody pinned is of the same release as what somebody did.
    if (pinned.length === 0) continue
    for (const one of all) if (!isPinned(one)) became.set(one, atVersion(one, first?.version))
  }
  return specs.flatMap((one) => (became.has(one) ? (became.get(one) ?? []) : [one]))
}

function isPinned({version, gone}: GatheredSpec): boolean {
  return version !== undefined && gone === undefined
}

/** By their versions; those of most modules first, of as many those that are the newest, without any. */
function byVersion(specs: readonly GatheredSpec[]): GatheredSpec[][] {
  const versions = new Map<string, GatheredSpec[]>()
  for (const one of specs) versions.set(one.version ?? '', [...(versions.get(one.version ?? '') ?? []), one])
  return [...versions.values()].sort(
    (a, b) =>
      b.length - a.length || Number(a[0]?.version !== undefined) - Number(b[0]?.version !== undefined),
  )
}

function atVersion(one: GatheredSpec, version: string | undefined): GatheredSpec {
  const all = {...one, version, gone: undefined}
  return {...all, text: specText(all)}
}

function twoReleases({spec, name = '', version, gone}: GatheredSpec, other: GatheredSpec): LeftOut {
  const [source = ''] = spec.split('/')
  const own = `keep its file in the project as your own: prosody-mods add ./${mainFile(name)}`
  const one = `modules of ${source} share files, so all of them come from one release`
  const there = `${other.spec} is at ${other.version ?? 'the newest release'} (line ${other.lines[0] ?? 0})`
  if (gone !== undefined)
    return {
      why: `${spec} is in no release after ${version ?? ''}, and ${there}: ${one}`,
      hint: `see what stands in its place: prosody-mods info ${spec}; or take all of them at ${version ?? ''}: prosody-mods add ${spec}@${version ?? ''}; or ${own}`,
    }
  const wanted = other.version === undefined ? spec : `${spec}@${other.version}`
  return {
    why: `${spec} is fetched at ${version ?? 'the newest release'}, and ${there}: ${one}`,
    hint: `take it at ${other.version ?? 'that'}, too: prosody-mods add ${wanted}; or ${own}`,
  }
}

/** Single modules of a tree that is taken whole come with it; of two sources' modules of one name Prosody loads one. */
function withoutParts(specs: readonly GatheredSpec[], notes: Set<string>): GatheredSpec[] {
  const trees = new Map(specs.filter(({name}) => name === undefined).map((one) => [one.spec, one]))
  const names = new Map<string, GatheredSpec>()
  const kept: GatheredSpec[] = []
  for (const one of specs) {
    const {name, spec, version} = one
    if (name === undefined) continue
    const [source = ''] = spec.split('/')
    const tree = trees.get(source)
    const other = names.get(name)
    if (tree !== undefined) {
      if (version === undefined || version === tree.version) trees.set(source, withPart(tree, one))
      else notes.add(otherRelease(one, tree))
    } else if (other !== undefined) {
      notes.add(
        `${spec} has the name of ${other.spec} (line ${other.lines[0] ?? 0}): of two modules of one name Prosody loads one, so it is left out`,
      )
    } else {
      names.set(name, one)
      kept.push(one)
    }
  }
  return [...trees.values(), ...kept]
}

function withPart(tree: GatheredSpec, {things, lines}: GatheredSpec): GatheredSpec {
  return {
    ...tree,
    things: [...new Set([...tree.things, ...things])],
    lines: [...new Set([...tree.lines, ...lines])].sort((a, b) => a - b),
  }
}
