import {mainOf} from '../../module-name.ts'
import {ProsodyModsError} from '../../errors.ts'
import type {OptionSet} from '../../lint/options/options.ts'
import {emptyLock} from '../../project/lockfile.ts'
import {isTestFile} from '../../prosody/module-files.ts'
import type {Target} from '../../lint/rules/target.ts'
import type {RuleSettings} from '../../lint/rules/types.ts'
import type {Environment} from '../../workbench/environment.ts'
import {layering, locateConfig, optionsOf, type LocatedConfig} from './config.ts'
import {isModuleSpec} from './inputs.ts'
import {type LintInput} from './installed.ts'
import type {Judging, NamedFile} from './results-of.ts'
import {prosodyStandards, targetFor} from '../../workbench/lint-target.ts'
import type {NearProject} from '../../workbench/open-project.ts'
import {ShippedFacts} from '../../workbench/shipped-facts.ts'

const ruleGroups = ['luacheck', 'prosody'] as const

/** The name of a group of rules. */
export type RuleGroup = (typeof ruleGroups)[number]

/** What `lint` is asked for. */
export interface LintRequest {
  /** Files, folders and modules, from the environment's folder; none for all modules of the project. */
  readonly paths: readonly string[]
  /** Standards joined by `+`; undefined for those of the configuration. */
  readonly std: string | undefined
  /** Whether a `.luacheckrc` is looked for, from the environment's folder upwards. */
  readonly config: boolean
  /** Names of groups, between commas; undefined for both, and of installed modules for the one about Prosody. */
  readonly rules: string | undefined
  /** The target in place of the project's: a line of releases, and a version of Lua. */
  readonly prosody?: string | undefined
  readonly lua?: string | undefined
  readonly offline?: boolean
  /** Whether findings come with the lines that they are about; without it they have empty ones. */
  readonly excerpts?: boolean
}

/** Everything that a run of lint judges by. */
export interface LintRun extends Judging {
  readonly environment: Environment
  readonly config: LocatedConfig
  readonly layersOf: (path: string, first: OptionSet) => readonly OptionSet[]
  readonly groups: readonly RuleGroup[] | undefined
  readonly target: Target | undefined
  readonly settings: RuleSettings
  readonly hasOwnStandard: boolean
  /** The project; where only luacheck's rules are applied to paths, what stands for one outside of any. */
  readonly near: NearProject
}

/** Collects what a run of lint judges by: the project, the configuration, the target and its rules. */
export async function startRun(request: LintRequest, environment: Environment): Promise<LintRun> {
  const {registry, cwd, storeFolder} = environment
  const groups = groupsOf(request.rules)
  const isWanted = groups === undefined || groups.includes('prosody')
  const isAboutProject = isWanted || request.paths.length === 0 || request.paths.some(isModuleSpec)
  const near = isAboutProject
    ? await (await import('../../workbench/open-project.ts')).projectOrNone(environment)
    : {folder: cwd, manifest: {}, lock: emptyLock}
  const config = locateConfig(request.config, cwd, isWanted ? prosodyStandards(registry) : new Map())
  const {standards} = config
  const options = optionsOf(request.std, standards)
  return {
    environment,
    config,
    layersOf: layering(config, options),
    standards,
    storeFolder,
    shipped: new ShippedFacts(registry),
    signal: environment.signal,
    groups,
    target: isWanted ? targetFor(near.manifest, request, registry) : undefined,
    settings: near.manifest.lint?.rules ?? {},
    hasOwnStandard: request.std !== undefined || config.path !== undefined,
    near,
  }
}

function groupsOf(text: string | undefined): readonly RuleGroup[] | undefined {
  return text?.split(',').map((name) => {
    const group = ruleGroups.find((known) => known === name)
    if (group !== undefined) return group
    throw new ProsodyModsError('USAGE', `there is no group of rules "${name}"`, {
      hint: `groups are ${ruleGroups.join(', ')}`,
    })
  })
}

const noOptions: OptionSet = {}

/** How code of others is written is theirs. */
function isGroupApplied(group: RuleGroup, {isInstalled}: LintInput, {groups}: LintRun): boolean {
  return groups === undefined ? group === 'prosody' || !isInstalled : groups.includes(group)
}

/** Returns a file together with what it is judged by. */
export function fileOf(input: LintInput, run: LintRun): NamedFile {
  const {path, at = path, bytes, isModule} = input
  const main = mainOf(at)
  const byLuacheck = isGroupApplied('luacheck', input, run)
  const {target} = run
  const rules =
    target === undefined || isTestFile(at)
      ? undefined
      : {target, settings: settingsFor(byLuacheck, run), module: main, isModule}
  const isPlain = target === undefined || run.hasOwnStandard || !isModule
  const first = isPlain ? noOptions : moduleOptions(target)
  return {bytes, layers: byLuacheck ? run.layersOf(at, first) : undefined, rules, main}
}

const optionsByTarget = new WeakMap<Target, OptionSet>()

/** As Prosody's own sources have it: a module's global variables are its own, and may be set at the top of a file. */
function moduleOptions(target: Target): OptionSet {
  const options = optionsByTarget.get(target) ?? {
    std: `lua${target.lua.replace('.', '')}+prosody-${target.line}`,
    module: true,
    allow_defined_top: true,
    // The rule unknown-global knows more.
    ignore: ['113', '143'],
  }
  optionsByTarget.set(target, options)
  return options
}

const settingsWithout = new WeakMap<RuleSettings, RuleSettings>()

/** Where the user says what globals there are, luacheck's W113 tells of others. */
function settingsFor(byLuacheck: boolean, {settings, hasOwnStandard}: LintRun): RuleSettings {
  if (!byLuacheck || !hasOwnStandard) return settings
  const without = settingsWithout.get(settings) ?? {...settings, 'unknown-global': 'off'}
  settingsWithout.set(settings, without)
  return without
}
