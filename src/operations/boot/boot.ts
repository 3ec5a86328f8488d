import {pluginPaths} from '../../image/config.ts'
import type {Placement} from '../../facts/placement.ts'
import {contextFolder} from '../../project/lockfile.ts'
import {hostLayout, type HostLayout} from '../../image/host-layout.ts'
import {bootDomain} from './loopback.ts'
import {bootHint} from './hints.ts'
import {enabledModules, type Enabled} from './modules.ts'
import {findProsody, type PlaceRequest} from './place.ts'
import {pathShower, reasonOf, type ReasonWorld} from './reasons.ts'
import {bootAll, worldOf, type Booted, type Booting} from './starts.ts'
import {BootWork} from './work.ts'
import {configInput} from '../../image/config-input.ts'
import type {Environment} from '../../workbench/environment.ts'
import {lockedProject} from '../../workbench/open-project.ts'
import type {ModuleKey} from '../../module-key.ts'

/** Where to start Prosody with the project's modules, and how long to wait for each. */
export interface BootRequest extends PlaceRequest {
  /** How many seconds a module may take to load; 10 by default. */
  readonly seconds?: number
}

/** What became of one module; the shape is part of --json (docs/reference/json.md). */
export interface BootedModule {
  /** The module as source/name; of a whole tree each module has a row of its own. */
  readonly module: ModuleKey
  readonly name: string
  /** Where the module belongs by its code. */
  readonly where: Placement['where']
  /** The host that it was enabled on; `*` for the whole server. */
  readonly host: string
  /** Whether Prosody has loaded this very file. */
  readonly loaded: boolean
  /** The file that Prosody has loaded under this name: from the project's folder, absolute for others, null for none. */
  readonly path: string | null
  /** Why the module was not loaded; null when it is loaded. */
  readonly reason: string | null
  /** The file where the reason comes from. */
  readonly file: string | null
  readonly line: number | null
  readonly hint: string | null
  /** Warnings and errors that Prosody has logged about the module. */
  readonly log: readonly string[]
}

/** What became of the project's modules when a Prosody was started with them. */
export interface BootResult {
  readonly prosody: {
    /** Path of the program as it is seen from inside of `root`. */
    readonly program: string
    readonly root: string | null
    readonly version: string
    readonly lua: string
  }
  readonly modules: readonly BootedModule[]
}

const moduleSeconds = 10

/**
 * Starts a Prosody on a temporary configuration with all locked modules enabled where they belong, and tells which were
 * loaded. Throws LOCKFILE_MISSING, PATH_NOT_FOUND without a Prosody, PROSODY_FAILED when it does not start for other
 * reasons than a module, and the reason of environment.signal.
 */
export async function boot(request: BootRequest, environment: Environment): Promise<BootResult> {
  const {folder, manifest, lock} = await lockedProject(environment)
  const place = findProsody(request, environment)
  const enabled = enabledModules(folder, lock)
  const work = await BootWork.create(folder, place)
  try {
    const layout = hostLayout(enabled, bootDomain)
    const modulesPath = `${work.inside}/${contextFolder}`
    const plugins = pluginPaths(configInput({lock, manifest, modulesPath}))
    const shown = pathShower(
      enabled.map(({file}) => file),
      work.inside,
    )
    const booting = {place, work, enabled, layout, plugins, shown, environment}
    return resultOf(await bootAll(booting, request.seconds ?? moduleSeconds), booting, folder)
  } finally {
    await work.remove()
  }
}

function resultOf(booted: Booted, booting: Booting, folder: string): BootResult {
  const {place, enabled, layout} = booting
  const {version} = booted.trace
  const seen = {...booted, layout, folder, reasons: worldOf(booted.trace, booting)}
  return {
    prosody: {
      program: place.program,
      root: place.root ?? null,
      version: version?.prosody ?? '',
      lua: version?.lua ?? '',
    },
    modules: enabled.map((one) => bootedModule(one, seen)),
  }
}

interface Seen extends Booted {
  readonly layout: HostLayout
  /** The project's folder. */
  readonly folder: string
  readonly reasons: ReasonWorld
}

function bootedModule(enabled: Enabled, seen: Seen): BootedModule {
  const {module, name, where, file} = enabled
  const {trace, layout, folder, reasons} = seen
  const host = layout.hostOf.get(name) ?? '*'
  const found = trace.loaded.get(host)?.get(name) ?? trace.loaded.get('*')?.get(name)
  const path = found === undefined ? null : reasons.shown(found)
  const loaded = path === file
  const why = loaded ? {reason: null, file: null, line: null} : whyNot(enabled, path, seen)
  return {
    ...{module, name, where, host, loaded, path, ...why},
    hint: bootHint(enabled, why, folder),
    log: logOf(name, seen),
  }
}

function whyNot(
  {name, file}: Enabled,
  path: string | null,
  {trace, ended, reasons}: Seen,
): Pick<BootedModule, 'reason' | 'file' | 'line'> {
  const skip = [...trace.skipped].find(([skipped]) => reasons.shown(skipped) === file)?.[1]
  const instead = path === null ? [] : [`Prosody loads ${path} in its place`]
  const end = ended.get(name)
  if (end !== undefined) return {reason: end.text, file: end.file, line: end.line}
  if (skip !== undefined) return {reason: [skip, ...instead].join('; '), file, line: null}
  if (path !== null) return {reason: instead.join(''), file: path, line: null}
  const error = trace.errors.get(name)
  if (error === undefined)
    return {reason: 'Prosody did not load it, and did not say why', file: null, line: null}
  const {text, file: at, line} = reasonOf(name, error, reasons)
  return {reason: text, file: at, line}
}

function logOf(name: string, {trace, reasons}: Seen): string[] {
  const lines = trace.log.filter((one) => one.name === name || one.source.endsWith(`:${name}`))
  const texts = lines.map(({source, level, text}) => `${source} ${level}: ${reasons.shown(text)}`)
  return [...new Set(texts)]
}
