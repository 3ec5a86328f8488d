/**
 * Resolves a synthetic registry once: `<count of modules> <folder of the real registry>`. Prints how long that took, and
 * what came of it, as JSON. Making the registry up is not counted, nor, under --expose-gc, clearing away what that left.
 */
import {gatherNeeds} from '../src/resolve/gather-needs.ts'
import {splitKey, keysIn, type ModuleKey} from '../src/module-key.ts'
import {emptyLock, integrityOf, type LockedModule, type Lockfile} from '../src/project/lockfile.ts'
import {openRegistry} from '../src/registry/registry.ts'
import {chooseRelease} from '../src/resolve/choose.ts'
import {Closure, reportOf} from '../src/resolve/closure.ts'
import {checkConflicts} from '../src/resolve/conflicts.ts'
import {outOfDate, lockTargetOf} from '../src/resolve/out-of-date.ts'
import {versionIn} from '../src/project/manifest.ts'
import {digestIn, selectLibrary, selectModule} from '../src/resolve/layout.ts'
import {needsTargetOf} from '../src/resolve/needs.ts'
import {listReleases} from '../src/sources/index.ts'
import type {SourceContext} from '../src/sources/types.ts'
import {syntheticWorld, type SyntheticWorld} from './synthetic.ts'

const [count = '', folder = ''] = process.argv.slice(2)
const world = syntheticWorld(Number(count), openRegistry(folder))
const context: SourceContext = {
  registry: world.registry,
  projectFolder: '/',
  allowed: {folders: [], except: [], config: ''},
  debianMirrors: () => Promise.resolve({urls: [], reason: 'nothing is fetched'}),
}
globalThis.gc?.()
const before = process.cpuUsage()
const start = performance.now()
const resolved = await resolveAll(world)
const milliseconds = performance.now() - start
const {user, system} = process.cpuUsage(before)
console.log(JSON.stringify({milliseconds, processor: (user + system) / 1000, ...resolved}))

/** What install resolves with no lockfile, and looks at again with the one that came of it. */
async function resolveAll({registry, manifest, facts}: SyntheticWorld): Promise<object> {
  const unlocked = outOfDate(manifest, emptyLock, registry).length
  const explicit: Record<string, LockedModule> = {}
  for (const key of keysIn(manifest.modules)) explicit[key] = await lock(key, versionIn(manifest, key))
  checkConflicts({...emptyLock, modules: explicit})
  const target = lockTargetOf(manifest, registry)
  if (target === undefined) throw new Error('the standard line of Prosody is unknown')
  const closure = new Closure(explicit, {target: needsTargetOf(target, registry), registry})
  for (let step = closure.next(); step !== undefined; step = closure.next()) {
    if (step.kind === 'bring') closure.bring(step.key, await lock(step.key, step.versionText))
    else {
      const [source] = splitKey(step.key)
      closure.read(
        step.key,
        gatherNeeds(step.key, step.locked, (path) => facts(source, path)),
      )
    }
  }
  const {lock: closed, problems} = closure.result(target)
  const {broughtIn} = reportOf(closed, {explicit, previous: {}}, registry)
  checkConflicts(closed)
  const left = outOfDate(manifest, closed, registry)
  return {
    ...summary(closed),
    unlocked,
    broughtIn: broughtIn.length,
    problems: problems.length,
    left: left.length,
  }
}

function summary({modules}: Lockfile): object {
  const needs = Object.values(modules).map((locked) => Object.keys(locked.needs?.modules ?? {}).length)
  return {modules: needs.length, needs: needs.reduce((sum, one) => sum + one, 0)}
}

/** What locking/lock-module.ts makes of a module whose files are all there. */
async function lock(key: ModuleKey, versionText: string | undefined): Promise<LockedModule> {
  const [source, name] = splitKey(key)
  const definition = world.registry.source(source)
  if (definition === undefined) throw new Error(`no source ${source}`)
  const ref = chooseRelease({definition, name, versionText}, await listReleases(definition, context, name))
  const {contents} = ref
  const selected = contents && selectModule(contents, definition.layout, name)
  if (contents === undefined || selected === undefined) throw new Error(`no ${key}`)
  const selection = new Map(selected)
  for (const path of selected.keys()) {
    for (const {name: library} of world.facts(source, path).libraries) {
      const at = {layout: definition.layout, name, selection}
      const found = library === null ? undefined : selectLibrary(contents, at, library)
      if (found !== undefined) selection.set(...found)
    }
  }
  const files = Object.fromEntries([...selection].map(([path, from]) => [path, digestIn(contents, from)]))
  return {
    version: ref.version,
    layout: definition.layout,
    resolved: ref.resolved,
    trust: {by: 'registry', basis: 'upstream'},
    integrity: integrityOf(files),
    files,
  }
}
