import type {Target} from '../lint/rules/target.ts'
import type {Registry} from '../registry/registry.ts'

/**
 * What lint has to know of a line of Prosody; undefined for a line that the registry does not describe.
 * @param lua the Lua that it runs with; undefined for Debian's
 */
export function targetOf(line: string, lua: string | undefined, registry: Registry): Target | undefined {
  const facts = registry.prosodyLine(line)
  const runtime = registry.prosodyRuntime(line)
  if (facts === undefined || runtime === undefined) return undefined
  const holds = ({since, until}: {readonly since: string; readonly until?: string}): boolean =>
    Number(since) <= Number(line) && (until === undefined || Number(line) <= Number(until))
  return {
    line,
    lua: lua ?? facts.lua,
    requirePrefixes: facts.requirePrefixes,
    libs: facts.libs,
    moduleApi: facts.moduleApi,
    coreModules: facts.coreModules,
    moduleLibs: facts.moduleLibs,
    features: facts.features,
    metadataKeys: facts.metadataKeys,
    globals: runtime.globals,
    moduleFields: runtime.moduleFields,
    moduleFunctions: runtime.moduleFunctions,
    moduleApiOf: runtime.moduleApiOf,
    events: runtime.events,
    deprecated: registry.deprecations
      .filter(holds)
      .map(({kind, name, instead}) => ({kind, name, ...(instead === undefined ? {} : {instead})})),
    others: registry.prosodyLines
      .filter((other) => other !== line)
      .flatMap((other) => {
        const {requirePrefixes, libs, moduleApi} = registry.prosodyLine(other) ?? {libs: undefined}
        return libs === undefined ? [] : [{line: other, requirePrefixes, libs, moduleApi}]
      }),
  }
}
