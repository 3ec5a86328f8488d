import {ProsodyModsError} from '../errors.ts'
import type {Target} from '../lint/rules/target.ts'
import type {RuleSettings} from '../lint/rules/types.ts'
import {anything, type Standard} from '../lint/options/standards.ts'
import {defaultProsody, type Manifest} from '../project/manifest.ts'
import type {Registry} from '../registry/registry.ts'

/**
 * Collects what lint has to know of a line of Prosody; undefined for a line that the registry does not describe.
 * @param lua the Lua that it runs with; undefined for Debian's
 */
export function targetOf(line: string, lua: string | undefined, registry: Registry): Target | undefined {
  const targets = made.get(registry) ?? new Map<string, Target | undefined>()
  made.set(registry, targets)
  const key = `${line} ${lua ?? ''}`
  if (!targets.has(key)) targets.set(key, collect(line, lua, registry))
  return targets.get(key)
}

/** What is made of a target, such as its digest, is kept as long as the target is the same object. */
const made = new WeakMap<Registry, Map<string, Target | undefined>>()

function collect(line: string, lua: string | undefined, registry: Registry): Target | undefined {
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
    ...membersIn(line, registry),
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
        const {members} = membersIn(other, registry)
        return libs === undefined ? [] : [{line: other, requirePrefixes, libs, moduleApi, members}]
      }),
  }
}

function membersIn(line: string, registry: Registry): Pick<Target, 'members' | 'moduleMembers'> {
  const {read = {}, run = {}, moduleLibs = {}} = registry.prosodyMembers(line) ?? {}
  return {members: {...read, ...run}, moduleMembers: moduleLibs}
}

/**
 * Returns the target of a manifest, with what a command line says in its place. Undefined for a line that nobody knows.
 */
export function targetFor(
  {prosody = defaultProsody, image}: Manifest,
  said: {readonly prosody?: string | undefined; readonly lua?: string | undefined},
  registry: Registry,
): Target | undefined {
  const target = targetOf(said.prosody ?? prosody, said.lua ?? image?.lua, registry)
  if (target === undefined && said.prosody !== undefined) {
    throw new ProsodyModsError('USAGE', `nothing is known of Prosody ${said.prosody}`, {
      hint: `lines are ${registry.prosodyLines.join(', ')}`,
    })
  }
  if (said.lua === undefined || /^5\.[1-4]$/.test(said.lua)) return target
  throw new ProsodyModsError('USAGE', `there is no Lua ${said.lua} that Prosody runs with`, {
    hint: 'versions are 5.1, 5.2, 5.3 and 5.4',
  })
}

/** Makes luacheck's standards `prosody-<line>`: what Prosody adds to Lua's global variables. */
export function prosodyStandards(registry: Registry): Map<string, Standard> {
  return new Map(
    registry.prosodyLines.map((line) => {
      const names = registry.prosodyRuntime(line)?.globals ?? []
      const known = names.filter((name) => name !== 'require').map((name) => [name, anything] as const)
      return [
        `prosody-${line}`,
        {readGlobals: new Map(known), globals: new Map([['module', anything]])},
      ] as const
    }),
  )
}

/** What the rules about Prosody are applied with to the modules of a project. */
export interface ProjectRules {
  readonly target: Target
  readonly settings: RuleSettings
}

/** Of a module that is asked for, `add` says this by itself. */
const leftToAdd: RuleSettings = {'shadows-core': 'off'}

/** Tells how modules are judged that a project brings in; undefined for a line that nobody knows. */
export function rulesFor(manifest: Manifest, registry: Registry): ProjectRules | undefined {
  const target = targetFor(manifest, {}, registry)
  if (target === undefined) return undefined
  return {target, settings: {...leftToAdd, ...manifest.lint?.rules}}
}
