import type {FileFacts} from './fact-types.ts'

/** The facts that are collected off the tree; the others are read off the text. */
export type Collected = Omit<FileFacts, 'metadata' | 'xeps'>

/** Facts that are still being collected. */
export type Growing = {
  -readonly [K in keyof Collected]: Collected[K] extends readonly (infer T)[] ? T[] : Record<string, number>
}

/** Makes the facts of a file that has none. */
export function nothing(): Growing {
  return {
    requires: [],
    libraries: [],
    depends: [],
    options: [],
    provides: [],
    hooks: [],
    fires: [],
    features: [],
    stores: [],
    shared: [],
    resources: [],
    contexts: [],
    hostModules: [],
    searches: [],
    preloads: [],
    loads: [],
    defines: [],
    hostTypes: [],
    api: {},
  }
}
