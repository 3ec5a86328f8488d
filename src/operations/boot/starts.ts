import {posix} from 'node:path'
import {ProsodyModsError} from '../../errors.ts'
import type {HostLayout} from '../../image/host-layout.ts'
import {prosodyConfig} from '../../image/prosody-config.ts'
import {loopbackConfig} from './loopback.ts'
import type {Enabled} from './modules.ts'
import type {ProsodyPlace} from './place.ts'
import {probeScript} from './probe.ts'
import {runProsody, type BootEnd} from './process.ts'
import {folderOf, reasonOf, taken, type Reason, type ReasonWorld} from './reasons.ts'
import {readTrace, type BootTrace, type LogLine} from './trace.ts'
import {freePort, type BootWork} from './work.ts'
import type {Environment} from '../../workbench/environment.ts'

/** Each start loses one module that ends Prosody. */
const mostStarts = 25

/** What a Prosody is started with. */
export interface Booting {
  readonly place: ProsodyPlace
  readonly work: BootWork
  readonly enabled: readonly Enabled[]
  readonly layout: HostLayout
  readonly plugins: readonly string[]
  /** Writes a text with paths as a user knows them. */
  readonly shown: (text: string) => string
  readonly environment: Environment
}

/** What Prosody has shown of its starts, and which modules have ended it. */
export interface Booted {
  readonly trace: BootTrace
  /** Why modules have ended Prosody, by their names. */
  readonly ended: ReadonlyMap<string, Reason>
}

/** Starts again without each module that ends Prosody, until all others have been tried. */
export async function bootAll(booting: Booting, seconds: number): Promise<Booted> {
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

/** Returns what is known around the errors that a start has shown. */
export function worldOf({version, errors}: BootTrace, {enabled, shown}: Booting): ReasonWorld {
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
    const config = work.write('prosody.cfg.lua', prosodyConfig(loopbackConfig(layout, paths)))
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
