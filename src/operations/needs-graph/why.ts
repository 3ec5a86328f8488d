import {bareName} from '../../module-name.ts'
import {keysIn, type ModuleKey} from '../../module-key.ts'
import type {Lockfile} from '../../project/lockfile.ts'
import {listNeeds, type Need, neededKeys} from '../../resolve/needs.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lockedProject} from '../../workbench/open-project.ts'
import {ownValue} from '../../own-value.ts'
import {matcherFor, notInstalled, type NeededKind} from './matcher.ts'
import {Places, type Place} from './places.ts'

/** Why a module is in the project. */
export interface WhyResult {
  readonly name: string
  readonly kind: NeededKind
  /**
   * Chains that each lead from a module of the manifest down to what needs it; empty for what the manifest names
   * itself.
   */
  readonly chains: readonly WhyChain[]
}

/** A chain of modules each of which needs the next. */
export interface WhyChain {
  /** Keys of the modules: the first one stands in the manifest, the last one needs it. */
  readonly modules: readonly ModuleKey[]
  /** What the last one needs: a module, a Lua library. */
  readonly needs: string
  readonly optional: boolean
  /** What each of the modules needs of the next one, the last one of what is looked for. */
  readonly steps: readonly WhyStep[]
}

/** A link of a chain. */
export interface WhyStep {
  readonly module: ModuleKey
  readonly needs: string
  readonly kind: Need['kind']
  /** Where its code asks for that; [] where its code is not at hand. */
  readonly places: readonly Place[]
}

/** Tells what needs a module, a Lua library, a Debian package or a rock. Throws NOT_INSTALLED, LOCKFILE_MISSING. */
export async function why(text: string, environment: Environment): Promise<WhyResult> {
  const {manifest, lock} = await lockedProject(environment)
  const name = bareName(text)
  const matching = matcherFor(name, lock)
  if (matching === undefined) throw notInstalled(text, lock)
  const wanted = keysIn(manifest.modules)
  const found = wanted.flatMap((key) => chainsFrom(key, matching.fits, lock))
  const places = new Places(lock, environment)
  const chains: WhyChain[] = []
  for (const one of found) {
    const {modules, needs, optional} = one
    chains.push({modules, needs, optional, steps: await stepsOf(one, lock, places)})
  }
  return {name: matching.name, kind: matching.kind, chains}
}

type Chain = Omit<WhyChain, 'steps'> & {readonly last: Need['kind']}

async function stepsOf(
  {modules, needs, last}: Chain,
  lock: Lockfile,
  places: Places,
): Promise<readonly WhyStep[]> {
  const steps: WhyStep[] = []
  for (const [index, module] of modules.entries()) {
    const next = modules[index + 1]
    const links = listNeeds(ownValue(lock.modules, module)?.needs ?? {})
    const link = next === undefined ? {name: needs, kind: last} : links.find(({server}) => server === next)
    if (link === undefined) continue
    const {name, kind} = link
    steps.push({module, needs: name, kind, places: await places.of(module, {name, kind})})
  }
  return steps
}

/** Chains that end in a module with a need that fits, each module at most once in all of them. */
function chainsFrom(root: ModuleKey, fits: (need: Need) => boolean, {modules}: Lockfile): Chain[] {
  const found: Chain[] = []
  const seen = new Set<string>()
  const open: (readonly ModuleKey[])[] = [[root]]
  for (let chain = open.shift(); chain !== undefined; chain = open.shift()) {
    const key = chain.at(-1)
    const locked = key === undefined ? undefined : ownValue(modules, key)
    if (key === undefined || locked === undefined || seen.has(key)) continue
    seen.add(key)
    for (const need of listNeeds(locked.needs ?? {}))
      if (fits(need)) found.push({modules: chain, needs: need.name, optional: need.optional, last: need.kind})
    for (const next of neededKeys(locked)) open.push([...chain, next])
  }
  return found
}
