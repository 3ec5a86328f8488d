import {bareName} from '../module-name.ts'
import {splitKey, entriesIn, keysIn, moduleKey, type ModuleKey} from '../module-key.ts'
import type {Lockfile, LockTarget} from '../project/lockfile.ts'
import {ProsodyModsError} from '../errors.ts'
import {listNeeds, missing, type Need, neededKeys} from '../resolve/needs.ts'
import type {Environment} from '../workbench/environment.ts'
import {lockedProject} from '../workbench/open-project.ts'
import {summaryOf, type ModuleSummary} from '../context/write-result.ts'
import {treePart} from '../locking/tree-part.ts'
import type {Registry} from '../registry/registry.ts'
import {ownValue} from '../own-value.ts'

/** A locked module, and what it needs; the shape is part of --json (docs/reference/json.md). */
export interface TreeModule extends ModuleSummary {
  /** Whether the manifest names it: the others came in because of these. */
  readonly wanted: boolean
}

/** What `tree` gives; the shape is part of --json (docs/reference/json.md). */
export interface TreeResult {
  /** The target for which needs were looked up; null where nothing is known of the line of Prosody. */
  readonly target: LockTarget | null
  /** The locked modules by key. */
  readonly modules: readonly TreeModule[]
  /** By the name of a module that is missing and that some source publishes: `source/name` of each. */
  readonly published: Readonly<Record<string, readonly ModuleKey[]>>
}

/** Lists what the locked modules need. Throws LOCKFILE_MISSING. */
export async function tree(environment: Environment): Promise<TreeResult> {
  const {manifest, lock} = await lockedProject(environment)
  const wanted = manifest.modules ?? {}
  return {
    target: lock.target ?? null,
    modules: entriesIn(lock.modules).map(([key, locked]) => ({
      ...summaryOf(key, locked),
      wanted: Object.hasOwn(wanted, key),
    })),
    published: publishedOf(lock, environment.registry),
  }
}

function publishedOf({modules}: Lockfile, registry: Registry): TreeResult['published'] {
  const lacking = Object.values(modules)
    .flatMap(({needs = {}}) => listNeeds(needs))
    .filter(({kind, server}) => kind === 'modules' && server === missing)
    .map(({name}) => name)
  const rows = [...new Set(lacking)].map(
    (name) => [name, registry.publishers(name).map((id) => moduleKey(id, name))] as const,
  )
  return Object.fromEntries(rows.filter(([, keys]) => keys.length > 0))
}

/** Why a module is in the project. */
export interface WhyResult {
  readonly name: string
  /** What it is. core: a module of Prosody's own. */
  readonly kind: 'module' | 'core' | 'library' | 'package' | 'rock' | 'shared'
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
}

/** Tells what needs a module, a Lua library, a Debian package or a rock. Throws NOT_INSTALLED, LOCKFILE_MISSING. */
export async function why(text: string, environment: Environment): Promise<WhyResult> {
  const {manifest, lock} = await lockedProject(environment)
  const name = bareName(text)
  const matching = matcherFor(name, lock)
  const part = matching === undefined ? treePart(name, lock) : undefined
  if (part !== undefined) {
    throw new ProsodyModsError(
      'NOT_INSTALLED',
      `no locked module needs ${text} by itself: it is a part of ${part.key} ${part.version} (${part.paths.join(', ')})`,
      {
        hint: `"prosody-mods why '${part.key}'" tells why that is here`,
        details: {name: text, partOf: part.key},
      },
    )
  }
  if (matching === undefined) {
    throw new ProsodyModsError('NOT_INSTALLED', `nothing in the lockfile is, or needs, ${text}`, {
      hint: '"prosody-mods tree" shows what is there, "prosody-mods deps" the libraries and packages',
      details: {name: text},
    })
  }
  const wanted = keysIn(manifest.modules)
  const chains = wanted.flatMap((key) => chainsFrom(key, matching.fits, lock))
  return {name: matching.name, kind: matching.kind, chains}
}

interface Matcher {
  readonly name: string
  readonly kind: WhyResult['kind']
  readonly fits: (need: Need) => boolean
}

function matcherFor(name: string, {modules}: Lockfile): Matcher | undefined {
  const key = keysIn(modules).find(
    (one) => one === name || one.endsWith(`/${name}`) || one === moduleKey(name, '*'),
  )
  if (key !== undefined) {
    const own = splitKey(key)[1]
    return {
      name: own === '*' ? key : own,
      kind: 'module',
      fits: (need) => need.server === key && (need.name === own || own === '*'),
    }
  }
  const needs = Object.values(modules).flatMap((locked) => listNeeds(locked.needs ?? {}))
  const tests: Omit<Matcher, 'name'>[] = [
    {kind: 'library', fits: (need) => need.kind === 'libraries' && need.name === name},
    {
      kind: 'module',
      fits: (need) => need.kind === 'modules' && need.name === name && need.server !== 'prosody',
    },
    {kind: 'core', fits: (need) => need.kind === 'modules' && need.name === name},
    {kind: 'shared', fits: (need) => need.kind === 'shared' && need.name === name},
    {kind: 'package', fits: ({server}) => server === `debian:${name}` || server === `copy:${name}`},
    {kind: 'rock', fits: ({server}) => server === `rock:${name}` || server.startsWith(`rock:${name}@`)},
  ]
  const found = tests.find(({fits}) => needs.some(fits))
  return found && {...found, name}
}

/** Chains that end in a module with a need that fits, each module at most once in all of them. */
function chainsFrom(root: ModuleKey, fits: (need: Need) => boolean, {modules}: Lockfile): WhyChain[] {
  const found: WhyChain[] = []
  const seen = new Set<string>()
  const open: (readonly ModuleKey[])[] = [[root]]
  for (let chain = open.shift(); chain !== undefined; chain = open.shift()) {
    const key = chain.at(-1)
    const locked = key === undefined ? undefined : ownValue(modules, key)
    if (key === undefined || locked === undefined || seen.has(key)) continue
    seen.add(key)
    for (const need of listNeeds(locked.needs ?? {}))
      if (fits(need)) found.push({modules: chain, needs: need.name, optional: need.optional})
    for (const next of neededKeys(locked)) open.push([...chain, next])
  }
  return found
}
