import {mainOf, prefixed} from '../../module-name.ts'
import type {FileFacts} from '../../facts/fact-types.ts'
import {isMainFile} from '../../prosody/module-files.ts'
import {splitKey, type ModuleKey, entriesIn, moduleKey} from '../../module-key.ts'
import type {LockedModule, Lockfile} from '../../project/lockfile.ts'
import type {CheckedModule, CheckedPart, Problem} from './types.ts'
import {type ContextCode} from './read-context.ts'
import {contextPathOf} from '../../project/lockfile.ts'
import type {EnabledModules} from './enabled-config.ts'
import {loadedFiles} from '../../resolve/loaded-files.ts'

/** A module that a lock has: an entry's only one, or one of a tree. */
export interface Part {
  /** source/name */
  readonly module: ModuleKey
  readonly name: string
  /** The entries that bring it: its own, and that of the tree. */
  readonly keys: readonly ModuleKey[]
  readonly isOfTree: boolean
  /** The files that it loads, its main file first, by their paths in the context. */
  readonly files: ReadonlySet<string>
  readonly main: string | undefined
  /** Modules that it can't do without, and where its code says so. */
  readonly needs: readonly {readonly name: string; readonly line: number}[]
  /** Modules that it may load. */
  readonly loads: readonly string[]
  /** Whether the configuration enables it; null where none tells. */
  readonly enabled: boolean | null
}

/** Lists the modules of a lock, those of trees one by one, each once. */
export function partsOf(
  lock: Lockfile,
  code: ContextCode | undefined,
  config: EnabledModules | undefined,
): Part[] {
  const found = new Map<string, Part>()
  for (const [key, locked] of entriesIn(lock.modules)) {
    for (const part of partsIn(key, locked, code)) {
      const before = found.get(part.module)
      if (before === undefined) found.set(part.module, part)
      else
        found.set(part.module, {
          ...before,
          keys: [...before.keys, key],
          isOfTree: before.isOfTree && part.isOfTree,
          files: new Set([...before.files, ...part.files]),
        })
    }
  }
  return withEnabled([...found.values()], config)
}

function partsIn(key: ModuleKey, locked: LockedModule, code: ContextCode | undefined): Part[] {
  const [source, name] = splitKey(key)
  if (name !== '*') return [partOf(key, {locked, code, name, mains: undefined})]
  const mains = Object.keys(locked.files).filter((path) => isMainFile(path))
  return mains.map((main) => {
    const own = mainOf(main) ?? ''
    return {...partOf(key, {locked, code, name: own, mains: [main]}), module: moduleKey(source, own)}
  })
}

function partOf(
  key: ModuleKey,
  {
    locked,
    code,
    name,
    mains,
  }: {
    readonly locked: LockedModule
    readonly code: ContextCode | undefined
    readonly name: string
    readonly mains: readonly string[] | undefined
  },
): Part {
  const read = (path: string): FileFacts | undefined => code?.facts.get(contextPathOf(key, path))
  const {facts} = loadedFiles(key, locked, {read, from: mains})
  // Of an entry of its own all files count: what lies beside the code belongs to it.
  const files = mains === undefined ? Object.keys(locked.files) : [...mains, ...facts.keys()]
  const main = (mains ?? Object.keys(locked.files)).find((path) => mainOf(path) === name && isMainFile(path))
  const depends = [...facts.values()].flatMap((one) => one.depends)
  return {
    module: key,
    name,
    keys: [key],
    isOfTree: mains !== undefined,
    files: new Set(files.map((path) => contextPathOf(key, path))),
    main: main === undefined ? undefined : contextPathOf(key, main),
    needs: depends.flatMap(({name: needed, line, on, optional, conditional}) =>
      needed === null || on !== 'module' || optional || conditional ? [] : [{name: needed, line}],
    ),
    loads: depends.flatMap(({name: needed}) => needed ?? []),
    enabled: null,
  }
}

/** What a configuration enables, and what that loads. */
function withEnabled(parts: readonly Part[], config: EnabledModules | undefined): Part[] {
  if (config === undefined) return [...parts]
  const byName = new Map(parts.map((part) => [part.name, part]))
  const enabled = new Set<string>()
  const open = [...config.names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (enabled.has(name)) continue
    enabled.add(name)
    open.push(...(byName.get(name)?.loads ?? []))
  }
  // Where something is computed, a module that is not named may be enabled all the same.
  const otherwise = config.unknown.length === 0 ? false : null
  return parts.map((part) => ({...part, enabled: enabled.has(part.name) ? true : otherwise}))
}

/** Kinds that say nothing about whether a module can work. */
const aside: ReadonlySet<Problem['kind']> = new Set(['lockfile', 'project', 'configuration', 'advisory'])

/**
 * Puts problems together once each, with those of dependents, and errors of modules that nobody enables as notes.
 * @param core Prosody's own modules: they serve dependents of modules of these names that Prosody passes over
 */
export function judged(
  problems: readonly Problem[],
  parts: readonly Part[],
  core: ReadonlySet<string> = new Set(),
): Problem[] {
  const distinct = withoutRepeats(problems)
  const hits = new Hits(parts)
  const lasting = distinct.filter(
    (one) => one.kind !== 'layout' || !hits.of(one).every(({name}) => core.has(name)),
  )
  return [...distinct, ...dependents(lasting, parts, hits)].map((one) => {
    const hit = hits.of(one)
    const told = {...one, part: one.part ?? partAlone(one, hit)}
    const isOfCode =
      one.kind === 'advisory' || (one.severity === 'error' && !aside.has(one.kind) && one.kind !== 'digest')
    const isIdle = hit.length > 0 && hit.every(({isOfTree, enabled}) => isOfTree && enabled === false)
    if (!isOfCode || !isIdle) return told
    return {...told, severity: 'note', message: `${one.message}; no configuration enables ${namesOf(hit)}`}
  })
}

/** The module of a tree that a file belongs to, where no other one loads that file. */
function partAlone({path}: Problem, hit: readonly Part[]): string | null {
  const [only, ...others] = hit
  return path === null || only === undefined || others.length > 0 || !only.isOfTree ? null : only.module
}

function namesOf(parts: readonly Part[]): string {
  const names = parts.map(({name}) => prefixed(name))
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ')
}

/** A tree and a module of it beside it have the same files. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems.filter(({kind, path, line, message, module}) => {
    const text = JSON.stringify([kind, path ?? module, line, message])
    const isNew = !seen.has(text)
    seen.add(text)
    return isNew
  })
}

/** Which modules a problem is about: those that load the file, or all of an entry. */
class Hits {
  readonly #byPath = new Map<string, Part[]>()
  readonly #byKey = new Map<string, Part[]>()
  readonly #byModule = new Map<string, Part>()

  constructor(parts: readonly Part[]) {
    for (const part of parts) {
      this.#byModule.set(part.module, part)
      for (const path of part.files) append(this.#byPath, path, part)
      for (const key of part.keys) append(this.#byKey, key, part)
    }
  }

  of({kind, module, path, part}: Problem): readonly Part[] {
    if (part !== null) return [this.#byModule.get(part)].filter((one) => one !== undefined)
    // Prosody may have failed in a file of somebody else, and the module is what it did not load.
    if (path !== null && kind !== 'boot') return this.#byPath.get(path) ?? []
    return module === null ? [] : (this.#byKey.get(module) ?? [])
  }
}

function append<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}

/** What can't do without a module that cannot work. */
function dependents(problems: readonly Problem[], parts: readonly Part[], hits: Hits): Problem[] {
  // What was changed can be put back, and Prosody itself tells of what depends on what it did not load.
  const broken = brokenBy(
    problems.filter(({kind}) => kind !== 'digest' && kind !== 'boot'),
    hits,
  )
  const askers = new Map<string, {readonly part: Part; readonly line: number}[]>()
  for (const part of parts) for (const {name, line} of part.needs) append(askers, name, {part, line})
  const found: Problem[] = []
  const open = parts.filter(({module}) => broken.has(module))
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const {part, line} of askers.get(next.name) ?? []) {
      if (broken.has(part.module)) continue
      broken.add(part.module)
      open.push(part)
      found.push(dependent(part, next.name, line))
    }
  }
  return found
}

function dependent({module, keys, main, isOfTree}: Part, needed: string, line: number): Problem {
  return {
    ...{kind: 'needs', severity: 'error', module: keys[0] ?? null, path: main ?? null, line},
    part: isOfTree ? module : null,
    message: `it depends on mod_${needed}, which cannot work`,
    cause: `mod_${needed}, which they depend on, cannot work`,
    hint: null,
  }
}

function brokenBy(problems: readonly Problem[], hits: Hits): Set<string> {
  const errors = problems.filter(({severity, kind}) => severity === 'error' && !aside.has(kind))
  return new Set(errors.flatMap((one) => hits.of(one)).map(({module}) => module))
}

/** Judges each entry, and each module of a tree. */
export function verdicts(
  {problems, parts}: {readonly problems: readonly Problem[]; readonly parts: readonly Part[]},
  {lock, isKnown}: {readonly lock: Lockfile; readonly isKnown: boolean},
): {readonly modules: readonly CheckedModule[]; readonly cannotWork: number} {
  const broken = brokenBy(problems, new Hits(parts))
  const byKey = new Map<string, Part[]>()
  for (const part of parts) for (const key of part.keys) append(byKey, key, part)
  const noted = new Set(problems.map(({module}) => module))
  const modules = entriesIn(lock.modules).map(([key, {version}]) => {
    const isTree = splitKey(key)[1] === '*'
    const members = byKey.get(key) ?? []
    const bad = members.filter(({module}) => broken.has(module))
    return {
      ...{module: key, version},
      verdict: verdictOf({bad: bad.length, all: members.length, isTree, hasNotes: noted.has(key), isKnown}),
      parts: isTree ? members.map((part) => checkedPart(part, broken)) : null,
    }
  })
  return {modules, cannotWork: broken.size}
}

function checkedPart({module, enabled}: Part, broken: ReadonlySet<string>): CheckedPart {
  return {module, enabled, works: !broken.has(module)}
}

function verdictOf(found: {
  readonly bad: number
  readonly all: number
  readonly isTree: boolean
  readonly hasNotes: boolean
  readonly isKnown: boolean
}): CheckedModule['verdict'] {
  const {bad, all, isTree, hasNotes, isKnown} = found
  if (bad > 0) return isTree && bad < all ? 'some-cannot-work' : 'cannot-work'
  if (!isKnown) return 'unknown'
  return hasNotes ? 'works-with-notes' : 'works'
}
