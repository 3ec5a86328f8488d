import {splitKey, moduleKey} from '../../module-key.ts'
import {docsPage} from '../../docs-page.ts'
import {patchPlace, type Lockfile, type LockTarget} from '../../project/lockfile.ts'
import {defaultProsody} from '../../project/manifest.ts'
import {outOfDate, lockTargetOf} from '../../resolve/out-of-date.ts'
import {boot, type BootRequest, type BootResult} from '../boot/boot.ts'
import {readContext} from './read-context.ts'
import {judged, partsOf, verdicts, type Part} from './parts.ts'
import type {CheckedConfig, CheckedModule, Problem} from './types.ts'
import {configurationProblems} from './configuration/problems.ts'
import {enabledBy, type EnabledModules} from './enabled-config.ts'
import {readUserConfig} from '../user-config/find.ts'
import type {Registry} from '../../registry/registry.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lockedProject, type ProjectWithLock} from '../../workbench/open-project.ts'
import {verify} from '../verify.ts'
import {projectWarnings} from '../../context/warnings.ts'

import {ownersOf, problem} from './problem.ts'
import {advisoryProblems} from './advisory-problems.ts'
import {flawsText} from '../prosody-flaws.ts'
import {needProblems} from './need-problems.ts'
import {codeProblems, layoutProblems, moduleNotes} from './code-problems.ts'
import {readmeNotes} from './readme-notes.ts'

/** What `check` found; the shape is part of --json (docs/reference/json.md). */
export interface CheckResult {
  /**
   * The target that was checked for; null where nothing is known of the line of Prosody: compatibility is not looked at
   * then.
   */
  readonly target: LockTarget | null
  readonly modules: readonly CheckedModule[]
  /** How many modules there are, those of trees one by one and each once, and how many of them cannot work. */
  readonly total: {readonly modules: number; readonly cannotWork: number}
  /** The configuration by which trees were judged; null where none was found. */
  readonly configuration: CheckedConfig | null
  readonly problems: readonly Problem[]
  /** What a start of Prosody has shown; null where none was asked for. */
  readonly boot: BootResult | null
  readonly errors: number
  readonly warnings: number
  readonly notes: number
}

/** What `check` is asked for. */
export interface CheckRequest {
  /** The folder that install was given with --modules-path. */
  readonly modulesPath?: string
  /** Configurations of Prosody to look at, absolute paths, in place of the project's. */
  readonly config?: readonly string[] | undefined
  /** What a Prosody is started with, for a boot besides. */
  readonly boot?: BootRequest | undefined
}

/**
 * Looks whether the modules that are installed can work: digests, what they need, what Prosody's loader would find, and
 * whether their code fits the target. Reads files alone unless a boot is asked for; asks no network. Throws
 * LOCKFILE_MISSING, and what `boot` throws.
 */
export async function check(request: CheckRequest, environment: Environment): Promise<CheckResult> {
  const project = await lockedProject(environment)
  const {manifest, lock} = project
  const {registry} = environment
  const target = lockTargetOf(manifest, registry) ?? null
  const drift = project.lockText === undefined ? [] : (await verify(request, environment)).drift
  const ownerOf = ownersOf(lock)
  const problems: Problem[] = [
    ...outOfDate(manifest, lock, registry).map(({key, kind, text}) =>
      problem([kind === 'without-main' ? 'module' : 'lockfile', 'error'], text, {
        module: key === '' ? null : key,
        hint: '"prosody-mods install" writes the lockfile anew',
      }),
    ),
    ...drift.map(({path, kind, hint}) =>
      problem(['digest', 'error'], driftWords[kind], {
        module: ownerOf(path),
        path,
        hint,
      }),
    ),
    ...advisoryProblems(project, registry),
    ...prosodyPatchNotes(project),
    ...projectWarnings(project.folder, {manifest, lock}, registry).map(({message}) =>
      problem(['project', 'warning'], message, {}),
    ),
  ]
  const configuration = readUserConfig(project, request.config)
  const config = enabledBy(configuration, request.config !== undefined)
  const code = await readContext(project, environment)
  if (target !== null) {
    problems.push(...needProblems(code, {lock, target}, environment))
    problems.push(...layoutProblems(code, {project, target}, environment))
    problems.push(...(await codeProblems(project, environment)))
    problems.push(...moduleNotes(lock, target, environment), ...readmeNotes(lock, target, registry))
  }
  const missing = new Set(drift.filter(({kind}) => kind === 'missing').map(({path}) => path))
  const booted = request.boot === undefined ? null : await boot(request.boot, environment)
  if (booted !== null)
    problems.push(...bootProblems(booted, {lock, registry, prosody: manifest.prosody ?? defaultProsody}))
  // What else is wrong with a file that is missing follows from that.
  const told = problems.filter(({kind, path}) => kind === 'digest' || path === null || !missing.has(path))
  const parts = partsOf(lock, code, config)
  if (configuration !== undefined)
    told.push(...configurationProblems(configuration, {project, parts, code, target}, environment))
  const core = new Set(environment.registry.prosodyLine(target?.prosody ?? '')?.coreModules)
  return {...summed({problems: judged(told, parts, core), parts}, {lock, target, config}), boot: booted}
}

/** An image that prosody-mods writes is patched when it is built. */
function prosodyPatchNotes({lock, manifest}: ProjectWithLock): Problem[] {
  if (manifest.image?.profile !== undefined) return []
  return (lock.patches ?? []).map(({path}) =>
    problem(['project', 'note'], `Prosody itself has to be patched with ${path} where it is installed`, {
      path: patchPlace(path),
      hint: `${docsPage('docs/guide/patches.md')} says how; an image that "prosody-mods image init" makes is patched when it is built`,
    }),
  )
}

const driftWords = {
  missing: 'it is missing',
  changed: 'it is not as it was locked',
  'line-ends': 'its line ends are not as they were locked',
  unreadable: 'others than its owner can not read it',
  unexpected: 'it is not in the lockfile',
  'not-a-file': 'it is not a regular file',
  patch: 'the patch is not what it was when it was locked',
  unproved: 'it is not proved to be what its patches make of the published file',
} as const

function bootProblems(
  {prosody: {version}, modules}: BootResult,
  {lock, prosody, registry}: {readonly lock: Lockfile; readonly prosody: string; readonly registry: Registry},
): Problem[] {
  const unlike =
    version === prosody || version.startsWith(`${prosody}.`)
      ? []
      : [problem(['boot', 'warning'], `Prosody ${version} was started, and the manifest says ${prosody}`, {})]
  const failed = modules.flatMap(({module, name, reason, file, line, hint}) => {
    const [source] = splitKey(module)
    const key = Object.hasOwn(lock.modules, module) ? module : moduleKey(source, '*')
    const message = `Prosody did not load mod_${name}: ${reason ?? ''}`
    const place = {module: key, part: key === module ? null : module, path: file, line, cause: reason, hint}
    return reason === null ? [] : [problem(['boot', 'error'], message, place)]
  })
  const flaws = flawsText({version}, registry)
  const flawed =
    flaws === undefined
      ? []
      : [problem(['advisory', 'warning'], `Prosody ${version}, which was started, ${flaws.text}`, flaws)]
  return [...unlike, ...flawed, ...failed]
}

function summed(
  found: {readonly problems: readonly Problem[]; readonly parts: readonly Part[]},
  {
    lock,
    target,
    config,
  }: {
    readonly lock: Lockfile
    readonly target: LockTarget | null
    readonly config: EnabledModules | undefined
  },
): Omit<CheckResult, 'boot'> {
  const {problems, parts} = found
  const count = (severity: Problem['severity']): number =>
    problems.filter((one) => one.severity === severity).length
  const {modules, cannotWork} = verdicts(found, {lock, isKnown: target !== null})
  return {
    target,
    modules,
    total: {modules: parts.length, cannotWork},
    configuration:
      config === undefined
        ? null
        : {
            files: config.files,
            enabled: parts.filter(({enabled}) => enabled === true).length,
            unknown: config.unknown,
          },
    problems,
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
  }
}
