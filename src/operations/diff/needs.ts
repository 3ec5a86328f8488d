import {toSha256} from '../../digest.ts'
import type {FileKnowledge} from '../../changes/compare-entries.ts'
import {aptCommand, type Dependency} from '../../image/commands.ts'
import {entriesIn, moduleKey, splitKey, type ModuleKey} from '../../module-key.ts'
import {moduleOfPath} from '../../module-name.ts'
import {ownValue} from '../../own-value.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import type {Registry} from '../../registry/registry.ts'
import {gatherNeeds} from '../../resolve/gather-needs.ts'
import {serveLibrary, servedText, type Served} from '../../resolve/libraries.ts'
import {needsTargetOf} from '../../resolve/needs.ts'

/** A Lua library that is needed on one side only. */
export interface NeededLibrary {
  readonly library: string
  /** What brings it, as lockfiles say it: `debian:lua-cjson`, `rock:net-url@0.9-1`; `unknown` for nothing. */
  readonly by: string
  /** source/name of the modules that need it, sorted; of a library of a whole tree, its path behind the source. */
  readonly neededBy: readonly string[]
}

/** How what modules need of the system differs. */
export interface NeedsDiff {
  readonly target: LockTarget
  readonly libraries: {readonly added: readonly NeededLibrary[]; readonly removed: readonly NeededLibrary[]}
  /** Packages of Debian, sorted. */
  readonly packages: {readonly added: readonly string[]; readonly removed: readonly string[]}
  /** The line of a Dockerfile that installs them; null for none. */
  readonly apt: {readonly before: string | null; readonly after: string | null}
}

interface World {
  readonly target: LockTarget
  readonly registry: Registry
  readonly known: FileKnowledge
}

type Needed = ReadonlyMap<string, {readonly served: Served; readonly neededBy: readonly string[]}>

/** Compares what two locks need of the system; null for a line of Prosody of which nothing is known. */
export function compareNeeds(before: Lockfile, after: Lockfile, world: World): NeedsDiff | null {
  if (world.registry.prosodyLine(world.target.prosody) === undefined) return null
  const [old, now] = [neededIn(before, world), neededIn(after, world)]
  const [packages, packagesNow] = [packagesOf(old), packagesOf(now)]
  return {
    target: world.target,
    libraries: {added: lacking(now, old), removed: lacking(old, now)},
    packages: {
      added: packagesNow.filter((name) => !packages.includes(name)),
      removed: packages.filter((name) => !packagesNow.includes(name)),
    },
    apt: {before: commandFor(old, world), after: commandFor(now, world)},
  }
}

/** What modules do without is left out. */
function neededIn({modules}: Lockfile, {target, registry, known}: World): Needed {
  const found = new Map<string, {served: Served; neededBy: string[]}>()
  const needsTarget = needsTargetOf(target, registry)
  for (const [key, locked] of entriesIn(modules)) {
    const {libraries} = gatherNeeds(key, locked, (path) => {
      const digest = ownValue(locked.files, path)
      return digest === undefined ? undefined : known.facts(toSha256(digest), path)
    })
    for (const {name, optional, file} of libraries) {
      if (optional) continue
      const who = nameOf(key, file)
      const served = found.get(name)?.served ?? serveLibrary(name, needsTarget, registry.libraries)
      if (served.by === 'lua' || served.by === 'prosody') continue
      const one = found.get(name) ?? {served, neededBy: []}
      if (!one.neededBy.includes(who)) one.neededBy.push(who)
      found.set(name, one)
    }
  }
  return found
}

/** Of a whole tree, the module or library that needs something. */
function nameOf(key: ModuleKey, file: string | undefined): string {
  const [source, name] = splitKey(key)
  if (name !== '*' || file === undefined) return key
  return moduleKey(source, moduleOfPath(file) ?? file)
}

function lacking(needed: Needed, other: Needed): NeededLibrary[] {
  return [...needed]
    .filter(([library]) => !other.has(library))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([library, {served, neededBy}]) => ({
      library,
      by: servedText(served),
      neededBy: [...neededBy].sort(),
    }))
}

function packagesOf(needed: Needed): string[] {
  const names = [...needed.values()].flatMap(({served}) => ('package' in served ? [served.package] : []))
  return [...new Set(names)].sort()
}

function commandFor(needed: Needed, {target, registry}: World): string | null {
  const all = [...needed].map(([library, {served, neededBy}]): Dependency => ({
    library,
    by: served.by === 'debian' || served.by === 'copy' || served.by === 'rock' ? served.by : 'missing',
    package: 'package' in served ? served.package : null,
    file: served.by === 'copy' ? served.path : null,
    ...{rock: null, reason: null, neededBy, optional: false},
  }))
  return aptCommand({needed: all, lua: target.lua, rocks: registry.libraries.rocks})
}
