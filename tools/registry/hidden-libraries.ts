interface HiddenLibraries {
  readonly package: string
  /** The library whose C file holds these beside its own. */
  readonly inside: string
  readonly modules: readonly string[]
}

/**
 * Libraries that Lua finds inside the C file of another (package.searchers, the all-in-one loader), so that no path
 * shows them. Each was required with Lua 5.4 on a Debian system of every suite in the registry.
 */
export const hiddenLibraries: readonly HiddenLibraries[] = [
  {package: 'lua-cjson', inside: 'cjson', modules: ['cjson.safe']},
]
