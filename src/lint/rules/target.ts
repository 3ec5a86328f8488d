/** What rules know of one line of Prosody releases. */
export interface LineFacts {
  readonly line: string
  /** What may stand before `util.` and the like in require. */
  readonly requirePrefixes: readonly string[]
  readonly libs: readonly string[]
  readonly moduleApi: readonly string[]
  /** The fields of each library; only of libraries all of whose fields are known. */
  readonly members: Readonly<Record<string, readonly string[]>>
}

/** Something that Prosody calls deprecated, and what has its place. */
export interface Deprecated {
  readonly kind: 'method' | 'function' | 'library' | 'global' | 'option'
  readonly name: string
  readonly instead?: string
}

/**
 * The Prosody that modules are meant for, as plain data: it goes to other threads and into digests. Plain data: it goes
 * to other threads and into digests.
 */
export interface Target extends LineFacts {
  /** The version of Lua that it runs with: `5.4`. */
  readonly lua: string
  readonly coreModules: readonly string[]
  /** Libraries of core modules, as module:require names them. */
  readonly moduleLibs: readonly string[]
  /** The fields of each library of core modules, by its name in `moduleLibs`. */
  readonly moduleMembers: Readonly<Record<string, readonly string[]>>
  readonly features: readonly string[]
  readonly metadataKeys: readonly string[]
  readonly globals: readonly string[]
  readonly moduleFields: readonly string[]
  readonly moduleFunctions: readonly string[]
  /** Methods that core modules add, each with those modules. */
  readonly moduleApiOf: Readonly<Record<string, string>>
  /** Events that Prosody fires; `*` stands for anything. */
  readonly events: readonly string[]
  /** What is deprecated on the line. */
  readonly deprecated: readonly Deprecated[]
  /** The other lines that are known, oldest first. */
  readonly others: readonly LineFacts[]
}

/** A target whose lists are sets. */
export interface Known {
  readonly target: Target
  readonly libs: ReadonlySet<string>
  readonly methods: ReadonlySet<string>
  readonly coreModules: ReadonlySet<string>
  readonly globals: ReadonlySet<string>
  readonly deprecated: Readonly<Record<Deprecated['kind'], ReadonlyMap<string, Deprecated>>>
  /** Gives the fields of a library of Prosody's own; undefined where they can't all be known. */
  readonly members: (library: string) => ReadonlySet<string> | undefined
  /** Tells whether something may fire an event. */
  readonly fires: (event: string) => boolean
}

const made = new WeakMap<Target, Known>()

/** Makes sets of a target's lists; the result is kept as long as the target. */
export function knownOf(target: Target): Known {
  const before = made.get(target)
  if (before !== undefined) return before
  const known = make(target)
  made.set(target, known)
  return known
}

function make(target: Target): Known {
  const of = (kind: Deprecated['kind']): ReadonlyMap<string, Deprecated> =>
    new Map(target.deprecated.filter((one) => one.kind === kind).map((one) => [one.name, one]))
  return {
    target,
    libs: new Set(target.libs),
    methods: new Set([...target.moduleApi, ...Object.keys(target.moduleApiOf), ...target.moduleFields]),
    coreModules: new Set(target.coreModules),
    globals: new Set([...target.globals, 'module']),
    deprecated: {
      method: of('method'),
      function: of('function'),
      library: of('library'),
      global: of('global'),
      option: of('option'),
    },
    members: membersOf(target),
    fires: eventTest(target.events),
  }
}

function membersOf({members}: Target): Known['members'] {
  const sets = new Map<string, ReadonlySet<string>>()
  return (library) => {
    const names = Object.hasOwn(members, library) ? members[library] : undefined
    if (names === undefined) return undefined
    const set = sets.get(library) ?? new Set(names)
    sets.set(library, set)
    return set
  }
}

/** Makes a test of whether an event is one of these; `*` in them stands for anything. */
export function eventTest(events: readonly string[]): (event: string) => boolean {
  const exact = new Set(events.filter((event) => !event.includes('*')))
  const patterns = events.filter((event) => event.includes('*')).map(patternOf)
  return (event) => exact.has(event) || patterns.some((pattern) => pattern.test(event))
}

function patternOf(event: string): RegExp {
  const parts = event.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`, 's')
}
