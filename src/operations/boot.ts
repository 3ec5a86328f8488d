import {readFileSync} from 'node:fs'
import {join, posix} from 'node:path'
import {ProsodyModsError} from '../errors.ts'
import {pluginPaths} from '../image/config.ts'
import {factsOf} from '../lua/facts.ts'
import {mainOf} from '../lua/module-files.ts'
import {placementOf, type Placement} from '../lua/placement.ts'
import {contextFolder, splitKey, type LockedModule, type Lockfile} from '../project/lockfile.ts'
import type {Manifest} from '../project/manifest.ts'
import {bootConfig, bootLayout, type BootLayout, type Enabled} from './boot-config.ts'
import {findProsody, type PlaceRequest, type ProsodyPlace} from './boot-place.ts'
import {probeScript} from './boot-probe.ts'
import {runProsody, type BootEnd} from './boot-process.ts'
import {folderOf, reasonOf, taken, type Reason, type ReasonWorld} from './boot-reasons.ts'
import {readTrace, type BootTrace, type LogLine} from './boot-trace.ts'
import {BootWork, freePort} from './boot-work.ts'
import type {Environment} from './environment.ts'
import {lockedProject} from './needs-graph.ts'

export interface BootRequest extends PlaceRequest {
  /** How many seconds a module may take to load; 10 by default. */
  readonly seconds?: number
}

/** The shape is part of --json (docs/reference/json.md). */
export interface BootedModule {
  /** source/name; of a whole tree each module has a row of its own */
  readonly module: string
  readonly name: string
  /** Where it belongs by its code. */
  readonly where: Placement['where']
  /** The host that it was enabled on; `*` for the whole server. */
  readonly host: string
  /** Whether Prosody has loaded this very file. */
  readonly loaded: boolean
  /** The file that Prosody has loaded under this name: from the project's folder, absolute for others, null for none. */
  readonly path: string | null
  /** Null when it is loaded. */
  readonly reason: string | null
  /** Where that comes from. */
  readonly file: string | null
  readonly line: number | null
  readonly hint: string | null
  /** Warnings and errors that Prosody has logged about it. */
  readonly log: readonly string[]
}

export interface BootResult {
  readonly prosody: {
    /** As it is seen from inside of `root`. */
    readonly program: string
    readonly root: string | null
    readonly version: string
    readonly lua: string
  }
  readonly modules: readonly BootedModule[]
}

const moduleSeconds = 10
/** Each start loses one module that ends Prosody. */
const mostStarts = 25

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
    const layout = bootLayout(enabled)
    const plugins = pluginsOf(lock, manifest, work)
    const booting = {place, work, enabled, layout, plugins, shown: shower(enabled, work), environment}
    return resultOf(await bootAll(booting, request.seconds ?? moduleSeconds), booting)
  } finally {
    await work.remove()
  }
}

/** Modules that have a main file, as they lie in the project. */
function enabledModules(folder: string, lock: Lockfile): Enabled[] {
  return Object.entries(lock.modules).flatMap(([key, locked]) => {
    const [source] = splitKey(key)
    return mainFiles(key, locked).map(([name, path]) => {
      const file = `${contextFolder}/${source}/${path}`
      const {facts} = readFacts(name, join(folder, file))
      return {
        module: `${source}/${name}`,
        name,
        file,
        where: facts === undefined ? placeByName(name) : placementOf(name, facts).where,
        options: (facts?.options ?? []).flatMap((option) => option.name ?? []),
      }
    })
  })
}

function mainFiles(key: string, {files}: LockedModule): [name: string, path: string][] {
  const [, wanted] = splitKey(key)
  return Object.keys(files).flatMap((path) => {
    const name = mainOf(path)
    return name === undefined || (wanted !== '*' && wanted !== name) ? [] : [[name, path] as [string, string]]
  })
}

function placeByName(name: string): Placement['where'] {
  return name.startsWith('auth_') ? 'authentication' : name.startsWith('storage_') ? 'storage' : 'host'
}

/** A file that is not there is Prosody's to tell of. */
function readFacts(name: string, file: string): ReturnType<typeof factsOf> {
  try {
    return factsOf(readFileSync(file), name)
  } catch {
    return {problem: {line: 1, column: 1, message: 'not there'}}
  }
}

function pluginsOf(lock: Lockfile, manifest: Manifest, work: BootWork): string[] {
  const sources = new Map(Object.entries(lock.modules).map(([key, {layout}]) => [splitKey(key)[0], layout]))
  return pluginPaths({
    modulesPath: `${work.inside}/${contextFolder}`,
    sources: [...sources].map(([id, layout]) => ({id, layout})),
    before: manifest.pluginPaths?.before ?? [],
    after: manifest.pluginPaths?.after ?? [],
  })
}

interface Booting {
  readonly place: ProsodyPlace
  readonly work: BootWork
  readonly enabled: readonly Enabled[]
  readonly layout: BootLayout
  readonly plugins: readonly string[]
  /** Text with paths as a user knows them. */
  readonly shown: (text: string) => string
  readonly environment: Environment
}

interface Booted {
  readonly trace: BootTrace
  /** Modules that have ended Prosody. */
  readonly ended: ReadonlyMap<string, Reason>
}

/** Starts again without each module that ends Prosody, until all others have been tried. */
async function bootAll(booting: Booting, seconds: number): Promise<Booted> {
  const ended = new Map<string, Reason>()
  const logs: LogLine[] = []
  for (let start = 1; ; start++) {
    const refused = new Map([...ended].map(([name, {text}]) => [name, text]))
    const {trace, end} = await bootOnce(booting, {start, seconds, refused})
    logs.push(...trace.log)
    if (trace.complete) return {trace: {...trace, log: logs}, ended}
    const culprit = culpritOf(trace, booting)
    if (culprit === undefined || ended.has(culprit) || start === mostStarts)
      throw failed(booting.place, trace, end)
    ended.set(culprit, endingReason(culprit, {trace, end, seconds}, worldOf(trace, booting)))
  }
}

/** The module that was being loaded, else the one whose code has raised an error later on. */
function culpritOf({current, raised}: BootTrace, {enabled, shown}: Booting): string | undefined {
  if (current !== undefined || raised === undefined) return current
  const of = (path: string): Enabled | undefined =>
    enabled.find(({file}) => file === path) ??
    enabled.find(({file}) => posix.dirname(file) !== posix.dirname(path) && path.startsWith(folderOf(file)))
  const {file} = taken(raised.error, {shown}, (path) => of(path) !== undefined)
  return file === null ? undefined : of(file)?.name
}

interface Ending {
  readonly trace: BootTrace
  readonly end: BootEnd
  readonly seconds: number
}

function endingReason(name: string, {trace, end, seconds}: Ending, world: ReasonWorld): Reason {
  const {raised, current, errors} = trace
  // What is left of a module that was not loaded may raise errors, too.
  const before = current === undefined ? errors.get(name) : undefined
  if (before !== undefined) return reasonOf(name, before, world)
  if (raised !== undefined) {
    const {text, ...place} = reasonOf(name, raised.error, world)
    const when = current === undefined ? `at ${raised.event}` : 'while it loaded it'
    return {text: `Prosody failed ${when}: ${text}`, ...place}
  }
  const nowhere = {file: null, line: null}
  if (end.late)
    return {text: `it was still loading after ${seconds} seconds, and Prosody had to be ended`, ...nowhere}
  const last = end.complaint === undefined ? '' : `: ${end.complaint}`
  return {text: `Prosody ended ${end.how} while it loaded it${last}`, ...nowhere}
}

function worldOf({version, errors}: BootTrace, {enabled, shown}: Booting): ReasonWorld {
  return {lua: version?.lua ?? '', errors, files: new Map(enabled.map(({name, file}) => [name, file])), shown}
}

interface StartInput {
  readonly start: number
  readonly seconds: number
  readonly refused: ReadonlyMap<string, string>
}

async function bootOnce(
  {place, work, layout, plugins, environment}: Booting,
  {start, seconds, refused}: StartInput,
): Promise<{readonly trace: BootTrace; readonly end: BootEnd}> {
  const trace = work.trace(`trace-${start}`)
  try {
    const paths = {
      probe: work.write(
        'probe.lua',
        probeScript({trace: trace.inside, seconds, refused, storage: layout.storage}),
      ),
      data: `${work.inside}/data`,
      certificates: `${work.inside}/certs`,
      plugins,
      httpPort: await freePort(),
    }
    const config = work.write('prosody.cfg.lua', bootConfig(layout, paths))
    const silence = (seconds + 5) * 1000
    const {env, signal} = environment
    const end = await runProsody({place, work, config, trace, silence, env, signal})
    return {trace: readTrace(trace.read()), end}
  } finally {
    trace.close()
  }
}

function failed(
  {program, root}: ProsodyPlace,
  {stopped, raised}: BootTrace,
  {how, output}: BootEnd,
): ProsodyModsError {
  const said = stopped ?? raised?.error
  const why = said === undefined ? how : `${how}: ${said}`
  const where = root === undefined ? program : `${program} in ${root}`
  const last = output.trimEnd().split('\n').slice(-20).join('\n  ')
  return new ProsodyModsError('PROSODY_FAILED', `${where} ended ${why}, and no module did that\n  ${last}`, {
    hint: 'see whether it starts without any module: prosody -F',
    details: {program, root: root ?? null, output},
  })
}

function resultOf(booted: Booted, booting: Booting): BootResult {
  const {place, enabled, layout} = booting
  const {version} = booted.trace
  const seen = {...booted, layout, reasons: worldOf(booted.trace, booting)}
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
  readonly layout: BootLayout
  readonly reasons: ReasonWorld
}

function bootedModule(enabled: Enabled, seen: Seen): BootedModule {
  const {module, name, where, file} = enabled
  const {trace, layout, reasons} = seen
  const host = layout.hosts.get(name) ?? '*'
  const found = trace.loaded.get(host)?.get(name) ?? trace.loaded.get('*')?.get(name)
  const path = found === undefined ? null : reasons.shown(found)
  const loaded = path === file
  const why = loaded ? {reason: null, file: null, line: null} : whyNot(enabled, path, seen)
  return {
    ...{module, name, where, host, loaded, path, ...why},
    hint: hintFor(enabled, why.reason),
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

/** The temporary configuration sets no options of modules. */
function hintFor({module, options}: Enabled, reason: string | null): string | null {
  const option = options.find((name) => name.length > 2 && reason?.includes(name) === true)
  return option === undefined
    ? null
    : `it reads the option ${option}, which is not set here; prosody-mods options ${module}`
}

function logOf(name: string, {trace, reasons}: Seen): string[] {
  const lines = trace.log.filter((one) => one.name === name || one.source.endsWith(`:${name}`))
  const texts = lines.map(({source, level, text}) => `${source} ${level}: ${reasons.shown(text)}`)
  return [...new Set(texts)]
}

/**
 * Paths in the temporary folder become those of the project. Lua shortens long ones from the left; what is left over is
 * looked up.
 */
function shower(enabled: readonly Enabled[], {inside}: BootWork): (text: string) => string {
  const files = enabled.map(({file}) => file)
  return (text) =>
    text
      .replaceAll(`${inside}/`, '')
      .replaceAll(/\.\.\.([^\s:'"]*\/[^\s:'"]+\.lua)/g, (short, rest: string) => {
        const at = rest.indexOf(`${contextFolder}/`)
        return at === -1 ? (files.find((file) => file.endsWith(rest)) ?? short) : rest.slice(at)
      })
}
