import {mainFile} from '../../module-name.ts'
import type {DeclaredSource} from '../../sources/kinds.ts'
import type {Thing} from '../../recipe/follow/thing.ts'
import {specText, type Meaning, type Wanted} from './wanted.ts'

/** A module that is to be added, with all that asks for it. */
export interface GatheredSpec extends Wanted {
  /** What `add` is given. */
  readonly text: string
  readonly things: readonly Thing[]
  /** Lines of the input, in order. */
  readonly lines: readonly number[]
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
  isFlat: (source: string) => boolean = () => false,
): Gathered {
  const found: Found[] = []
  const notes = new Set<string>()
  for (const [thing, meaning] of meanings) {
    if (meaning.kind !== 'modules') continue
    for (const note of meaning.notes) notes.add(note)
    found.push(...meaning.wanted.map((wanted) => ({wanted, line: thing.line, thing})))
  }
  const specs = new Map<string, GatheredSpec>()
  const sources: Record<string, DeclaredSource> = {}
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
      sources[wanted.declares.id] = widest(sources[wanted.declares.id], wanted.declares.source)
  }
  const left = new Map<Thing, LeftOut>()
  const kept = withoutParts(ofOneRelease([...specs.values()], isFlat, left), notes)
  return {specs: kept, sources, notes: [...notes], left}
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
  isFlat: (source: string) => boolean,
  left: Map<Thing, LeftOut>,
): readonly GatheredSpec[] {
  const counts = new Map<string, Map<string, GatheredSpec[]>>()
  for (const one of specs) {
    const [source = ''] = one.spec.split('/')
    if (one.name === undefined || one.version === undefined || !isFlat(source)) continue
    const versions = counts.get(source) ?? new Map<string, GatheredSpec[]>()
    counts.set(source, versions.set(one.version, [...(versions.get(one.version) ?? []), one]))
  }
  const dropped = new Set<GatheredSpec>()
  for (const versions of counts.values()) {
    const [most, ...others] = [...versions.values()].sort((a, b) => b.length - a.length)
    for (const one of others.flat()) {
      dropped.add(one)
      for (const thing of one.things) left.set(thing, twoReleases(one, most?.[0] ?? one))
    }
  }
  return specs.filter((one) => !dropped.has(one))
}

function twoReleases({spec, name = '', version = ''}: GatheredSpec, other: GatheredSpec): LeftOut {
  return {
    why: `${spec} is fetched at ${version}, and ${other.spec} at ${other.version ?? ''} (line ${other.lines[0] ?? 0}): modules of ${spec.split('/')[0] ?? ''} share files, so all of them come from one release`,
    hint: `take it at ${other.version ?? ''}, too: prosody-mods add ${spec}@${other.version ?? ''}; or keep its file in the project as your own: prosody-mods add ./${mainFile(name)}`,
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
