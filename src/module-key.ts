/** `source/name` of a module, with `*` as the name for a whole tree, as manifest and lockfile have it. */
export type ModuleKey = `${string}/${string}`

/** Returns the key of a module of a source. @param name or `*` for the whole tree */
export function moduleKey(source: string, name: string): ModuleKey {
  return `${source}/${name}`
}

/** Splits a key into its `source` and `name`. */
export function splitKey(key: ModuleKey): readonly [source: string, name: string] {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}

/** Tells whether a text has the shape of a key; names themselves are for the schemas to judge. */
export function isModuleKey(text: string): text is ModuleKey {
  return /^[^/]+\/[^/]+$/.test(text)
}

/** Lists the keys of a table by module. */
export function keysIn(modules: Readonly<Record<ModuleKey, unknown>> = {}): ModuleKey[] {
  return Object.keys(modules) as ModuleKey[]
}

/** Lists the keys of a table by module with what it has under each. */
export function entriesIn<T>(modules: Readonly<Record<ModuleKey, T>> = {}): [key: ModuleKey, value: T][] {
  return Object.entries(modules) as [key: ModuleKey, value: T][]
}
