interface HiddenLibraries {
  readonly package: string
  /** The library whose C file holds these beside its own. */
  readonly inside: string
  readonly modules: readonly string[]
}

/**
 * Libraries that Lua finds inside the C file of another (Lua manual, package.searchers: the all-in-one loader), so that
 * no path shows them. Each was required on its own, with Lua 5.1 to 5.4, on each suite of the registry that has the
 * package. What is left out serves its own package only: ssl.config crashes when it is required before ssl.
 */
export const hiddenLibraries: readonly HiddenLibraries[] = [
  {package: 'lua-cjson', inside: 'cjson', modules: ['cjson.safe']},
  {package: 'lua-cmsgpack', inside: 'cmsgpack', modules: ['cmsgpack.safe']},
  {package: 'lua-sec', inside: 'ssl', modules: ['ssl.context', 'ssl.core', 'ssl.x509']},
]
