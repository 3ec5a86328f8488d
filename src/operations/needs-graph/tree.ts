import {bareName} from '../../module-name.ts'
import {splitKey, entriesIn, keysIn, moduleKey, type ModuleKey} from '../../module-key.ts'
import type {Lockfile, LockTarget, Needs} from '../../project/lockfile.ts'
import {ProsodyModsError} from '../../errors.ts'
import {listNeeds, missing, type Need, type NamedNeeds} from '../../resolve/needs.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lockedProject} from '../../workbench/open-project.ts'
import {summaryOf, type ModuleSummary} from '../../context/write-result.ts'
import {treePart} from '../../locking/tree-part.ts'
import type {Registry} from '../../registry/registry.ts'
import {ownValue} from '../../own-value.ts'
import {matcherFor, notInstalled} from './matcher.ts'
import {Places} from './places.ts'

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
  /** What the tree begins with, keys of `modules`; of an inverted tree none. */
  readonly roots: readonly ModuleKey[]
  /** The module of a whole tree that was asked for, with what it needs of the tree's needs; null else. */
  readonly part: {readonly module: ModuleKey; readonly of: ModuleKey; readonly needs: Needs} | null
  /** Of an inverted tree, each thing that is needed, and what needs it; null else. */
  readonly inverted: readonly InvertedNeed[] | null
}

/** Something that modules need, and which. */
export interface InvertedNeed {
  readonly kind: Need['kind']
  readonly name: string
  /** What serves it, as the lockfile says. */
  readonly server: string
  readonly neededBy: readonly {readonly module: ModuleKey; readonly optional: boolean}[]
}

/** What `tree` is asked for. */
export interface TreeRequest {
  /** A module, a source for its whole tree, or, inverted, anything that modules need; all where nothing is said. */
  readonly name?: string
  /** Whether to tell what needs a thing, in place of what it needs. */
  readonly invert?: boolean
}

/** Lists what the locked modules need, or what needs them. Throws NOT_INSTALLED, LOCKFILE_MISSING. */
export async function tree(
  environment: Environment,
  {name, invert = false}: TreeRequest = {},
): Promise<TreeResult> {
  const {manifest, lock} = await lockedProject(environment)
  const wanted = manifest.modules ?? {}
  const part = invert || name === undefined ? null : await partOf(name, lock, environment)
  return {
    target: lock.target ?? null,
    modules: entriesIn(lock.modules).map(([key, locked]) => ({
      ...summaryOf(key, locked),
      wanted: Object.hasOwn(wanted, key),
    })),
    published: publishedOf(lock, environment.registry),
    roots: invert ? [] : part !== null ? [part.of] : rootsOf(name, keysIn(wanted), lock),
    part,
    inverted: invert ? invertedOf(name, lock) : null,
  }
}

function rootsOf(name: string | undefined, wanted: readonly ModuleKey[], lock: Lockfile): ModuleKey[] {
  if (name === undefined) return keysIn(lock.modules).filter((key) => wanted.includes(key))
  const bare = bareName(name)
  const found = lockedAs(bare, lock)
  if (found.length > 0) return found
  throw matcherFor(bare, lock) === undefined ? notInstalled(name, lock) : noModule(name)
}

function lockedAs(name: string, {modules}: Lockfile): ModuleKey[] {
  return keysIn(modules).filter(
    (key) => [key, splitKey(key)[1]].includes(name) || key === moduleKey(name, '*'),
  )
}

function noModule(name: string): ProsodyModsError {
  return new ProsodyModsError('NOT_INSTALLED', `${name} is no module, and needs nothing that is known`, {
    hint: `"prosody-mods tree --invert ${name}" tells what needs it`,
    details: {name},
  })
}

/** A module that has no entry of its own, since its tree is locked as a whole; null for any other. */
async function partOf(text: string, lock: Lockfile, environment: Environment): Promise<TreeResult['part']> {
  const found = lockedAs(bareName(text), lock).length > 0 ? undefined : treePart(text, lock)
  const locked = found === undefined ? undefined : ownValue(lock.modules, found.key)
  if (found === undefined || locked === undefined) return null
  const own = bareName(text.slice(text.indexOf('/') + 1))
  const named = await new Places(lock, environment).namedBy(found.key, own)
  return {module: moduleKey(found.source, own), of: found.key, needs: onlyNamed(locked.needs ?? {}, named)}
}

function onlyNamed({optional, ...certain}: Needs, named: NamedNeeds): Needs {
  const kinds = ['modules', 'shared', 'libraries'] as const
  const of = (table: Omit<Needs, 'optional'>): Omit<Needs, 'optional'> =>
    Object.fromEntries(
      kinds.map((kind) => {
        const names = new Set(named[kind].map(({name}) => name))
        return [
          kind,
          Object.fromEntries(Object.entries(table[kind] ?? {}).filter(([name]) => names.has(name))),
        ]
      }),
    )
  return {...of(certain), ...(optional === undefined ? {} : {optional: of(optional)})}
}

/** Each thing that is needed once, in order: modules, libraries of modules, libraries of Lua. */
function invertedOf(text: string | undefined, lock: Lockfile): InvertedNeed[] {
  const matching = text === undefined ? undefined : matcherFor(bareName(text), lock)
  if (text !== undefined && matching === undefined) throw notInstalled(text, lock)
  const found = new Map<
    string,
    InvertedNeed & {readonly neededBy: {module: ModuleKey; optional: boolean}[]}
  >()
  for (const [module, {needs = {}}] of entriesIn(lock.modules)) {
    for (const need of listNeeds(needs)) {
      if (matching?.fits(need) === false) continue
      const {kind, name, server, optional} = need
      const id = JSON.stringify([kind, name, server])
      const one = found.get(id) ?? {kind, name, server, neededBy: []}
      one.neededBy.push({module, optional})
      found.set(id, one)
    }
  }
  const order = ['modules', 'shared', 'libraries']
  return [...found.values()].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
  )
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
