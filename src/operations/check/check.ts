import {relative, resolve, sep} from 'node:path'
import {layoutConflicts} from '../../prosody/layout-proof.ts'
import {splitKey, entriesIn, keysIn, moduleKey, type ModuleKey} from '../../module-key.ts'
import type {Lockfile, LockTarget} from '../../project/lockfile.ts'
import {defaultProsody} from '../../project/manifest.ts'
import {compareLines} from '../../registry/lines.ts'
import {differences, lockTargetOf} from '../../resolve/differences.ts'
import {
  missingNeeds,
  missingText,
  needsOf,
  needsTargetOf,
  Providers,
  type MissingNeed,
} from '../../resolve/needs.ts'
import {serveLibrary} from '../../resolve/libraries.ts'
import {flatSources, movesOf} from '../../resolve/owners.ts'
import {boot, type BootRequest, type BootResult} from '../boot/boot.ts'
import {layoutOf, wantedIn} from '../../image/layout.ts'
import {readContext, type ContextCode} from './read-context.ts'
import {contextPathOf} from '../../project/lockfile.ts'
import {judged, partsOf, verdicts, type Part} from './parts.ts'
import type {CheckedConfig, CheckedModule, Problem} from './types.ts'
import {readEnabled, type EnabledModules} from './enabled-config.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lint} from '../lint/lint.ts'
import {lockedProject, type ProjectWithLock} from '../../workbench/open-project.ts'
import {verify} from '../verify.ts'
import {projectWarnings} from '../../context/warnings.ts'

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
  /** A configuration of Prosody to judge trees by, in place of the project's. */
  readonly config?: string | undefined
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
    ...differences(manifest, lock, registry).map(({key, kind, text}) =>
      problem([kind === 'without-main' ? 'module' : 'lockfile', 'error'], text, {
        module: key === '' ? null : key,
        hint: 'prosody-mods install writes the lockfile anew',
      }),
    ),
    ...drift.map(({path, kind, hint}) =>
      problem(['digest', 'error'], driftWords[kind], {
        module: ownerOf(path),
        path,
        hint,
      }),
    ),
    ...projectWarnings(project.folder, {manifest, lock}, registry).map((text) =>
      problem(['project', 'warning'], text, {}),
    ),
  ]
  const config = readEnabled(project.folder, request.config)
  const code = await readContext(project, environment)
  if (target !== null) {
    problems.push(...needProblems(code, {lock, target}, environment))
    problems.push(...layoutProblems(code, {project, target}, environment))
    problems.push(...(await codeProblems(project, environment)))
    problems.push(...moduleNotes(lock, target, environment))
  }
  const missing = new Set(drift.filter(({kind}) => kind === 'missing').map(({path}) => path))
  const booted = request.boot === undefined ? null : await boot(request.boot, environment)
  if (booted !== null)
    problems.push(...bootProblems(booted, {lock, prosody: manifest.prosody ?? defaultProsody}))
  // What else is wrong with a file that is missing follows from that.
  const told = problems.filter(({kind, path}) => kind === 'digest' || path === null || !missing.has(path))
  const parts = partsOf(lock, code, config)
  const core = new Set(environment.registry.prosodyLine(target?.prosody ?? '')?.coreModules)
  return {...summed({problems: judged(told, parts, core), parts}, {lock, target, config}), boot: booted}
}

const driftWords = {
  missing: 'it is missing',
  changed: 'it is not as it was locked',
  'line-ends': 'its line ends are not as they were locked',
  unreadable: 'others than its owner can not read it',
  unexpected: 'it is not in the lockfile',
  'not-a-file': 'it is not a regular file',
} as const

type Place = Partial<Pick<Problem, 'module' | 'part' | 'path' | 'line' | 'hint'>>

function problem(
  [kind, severity]: readonly [kind: Problem['kind'], severity: Problem['severity']],
  message: string,
  {module = null, part = null, path = null, line = null, hint = null}: Place,
): Problem {
  return {kind, severity, module, part, path, line, message, hint}
}

interface Locked {
  readonly lock: Lockfile
  readonly target: LockTarget
}

function needProblems({named}: ContextCode, {lock, target}: Locked, {registry}: Environment): Problem[] {
  const providers = new Providers()
  for (const [key, locked] of entriesIn(lock.modules)) providers.add(key, locked)
  const world = {providers, target: needsTargetOf(target, registry), libraries: registry.libraries}
  return [...named].flatMap(([key, names]) =>
    missingNeeds(names, needsOf(key, names, world)).map((need) => {
      const path = need.file === undefined ? null : contextPathOf(key, need.file)
      const severity = need.kind === 'libraries' ? 'warning' : 'error'
      const hint = need.kind === 'libraries' ? libraryHint(need.name, world) : addHint(need, registry)
      return problem(['needs', severity], `it needs ${missingText(need)}`, {
        module: key,
        path,
        line: need.line,
        hint,
      })
    }),
  )
}

function libraryHint(
  name: string,
  {target, libraries}: Omit<Parameters<typeof needsOf>[2], 'providers'>,
): string {
  const served = serveLibrary(name, target, libraries)
  return `${served.by === 'unknown' ? `${served.reason}; ` : ''}bring it into the image yourself`
}

function addHint({kind, name}: MissingNeed, registry: Environment['registry']): string {
  const ids = registry.publishers(name).map((id) => moduleKey(id, name))
  const trees = kind === 'shared' && ids.length === 0 ? flatSources(registry, name) : []
  const specs = [...ids, ...trees]
  return specs.length === 0
    ? 'add the module that has it, by its path or URL'
    : `prosody-mods add ${specs.join(' or ')}`
}

function layoutProblems(
  code: ContextCode,
  {project, target}: {readonly project: ProjectWithLock; readonly target: LockTarget},
  {registry}: Environment,
): Problem[] {
  const line = registry.prosodyLine(target.prosody)
  if (line === undefined) return []
  const layout = layoutOf(code, project, line)
  const wanted = wantedIn(code, project)
  const loader = {lua: target.lua, features: new Set(line.features), metadataKeys: line.metadataKeys}
  return layoutConflicts(
    layout,
    wanted.map(({wanted: one}) => one),
    loader,
  ).map(({wanted: one, why, hint}) => {
    const from = wanted.find(({wanted: other}) => other === one)
    const what = {
      module: `mod_${one.module}`,
      library: `"${one.kind === 'library' ? one.library : ''}" for mod_${one.module}`,
      resource: `${one.kind === 'resource' ? one.resource : ''} for mod_${one.module}`,
    }[one.kind]
    const place = {module: from?.key ?? null, path: from?.path ?? null, hint}
    return problem(['layout', 'error'], `Prosody would not load ${what} from its own file: ${why}`, place)
  })
}

/** Rules that the other parts of a check know more of. */
const left = new Set(['missing-file', 'shadows-core'])

async function codeProblems(project: ProjectWithLock, environment: Environment): Promise<Problem[]> {
  if (keysIn(project.lock.modules).length === 0) return []
  const request = {paths: [], std: undefined, config: false, rules: 'prosody', excerpts: false}
  const {findings} = await lint(request, environment)
  const ownerOf = ownersOf(project.lock)
  const problems = findings
    .filter(({code}) => !left.has(code))
    .map(({path, line, message, severity, code, hint}) => {
      const inProject = relative(project.folder, resolve(environment.cwd, path)).split(sep).join('/')
      const place = {module: ownerOf(inProject), path: inProject, line, hint: hint ?? null}
      return problem(['compatibility', severity], `${message} [${code}]`, place)
    })
  return withWorkingReleases(problems, project, environment)
}

/** Says which release works of modules that do not, where the store has what it takes to tell. */
async function withWorkingReleases(
  problems: readonly Problem[],
  project: ProjectWithLock,
  environment: Environment,
): Promise<Problem[]> {
  const broken = new Set(
    problems.flatMap(({severity, module}) => (severity === 'error' ? (module ?? []) : [])),
  )
  if (broken.size === 0) return [...problems]
  const {storedWorkingReleases} = await import('../../context/working-release.ts')
  const works = await storedWorkingReleases([...broken], project, environment)
  return problems.map((one) => {
    const version = one.severity === 'error' && one.module !== null ? works.get(one.module) : undefined
    if (version === undefined) return one
    return {...one, hint: `${one.module ?? ''}@${version} is the newest known release that works here`}
  })
}

const stages: Readonly<Record<string, Problem['severity']>> = {
  Obsolete: 'warning',
  Deprecated: 'warning',
  Broken: 'warning',
  Merged: 'note',
}

/** What the registry knows of modules: their stage, and where they went. */
function moduleNotes({modules}: Lockfile, {prosody}: LockTarget, {registry}: Environment): Problem[] {
  return keysIn(modules).flatMap((key) => {
    const [source, name] = splitKey(key)
    const {names} = registry.releases(source)
    const {stage, supersededBy} = (Object.hasOwn(names, name) ? names[name] : undefined) ?? {}
    const severity = stage === undefined ? undefined : stages[stage]
    const successor = supersededBy === undefined ? null : `${supersededBy} takes its place`
    const staged =
      severity === undefined
        ? []
        : [
            problem(['module', severity], `its publisher calls it ${(stage ?? '').toLowerCase()}`, {
              module: key,
              hint: successor,
            }),
          ]
    const moves = movesOf(name, source, registry)
      .filter(({change, since}) => change !== 'core' || compareLines(since, prosody) <= 0)
      .map(({note}) => problem(['module', 'note'], note, {module: key}))
    return [...staged, ...moves]
  })
}

function bootProblems(
  {prosody: {version}, modules}: BootResult,
  {lock, prosody}: {readonly lock: Lockfile; readonly prosody: string},
): Problem[] {
  const unlike =
    version === prosody || version.startsWith(`${prosody}.`)
      ? []
      : [problem(['boot', 'warning'], `Prosody ${version} was started, and the manifest says ${prosody}`, {})]
  const failed = modules.flatMap(({module, name, reason, file, line, hint}) => {
    const [source] = splitKey(module)
    const key = Object.hasOwn(lock.modules, module) ? module : moduleKey(source, '*')
    const message = `Prosody did not load mod_${name}: ${reason ?? ''}`
    const place = {module: key, part: key === module ? null : module, path: file, line, hint}
    return reason === null ? [] : [problem(['boot', 'error'], message, place)]
  })
  return [...unlike, ...failed]
}

/** The module that a path of the context belongs to. */
function ownersOf({modules}: Lockfile): (path: string) => ModuleKey | null {
  const owners = new Map(
    entriesIn(modules).flatMap(([key, {files}]) =>
      Object.keys(files).map((file) => [contextPathOf(key, file), key] as const),
    ),
  )
  return (path) => owners.get(path) ?? null
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
