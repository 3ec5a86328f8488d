/** A line of the probe's; text is as Prosody had it, decoded from UTF-8. */
interface TraceLine {
  readonly kind: string
  readonly host?: string
  readonly name?: string
  readonly path?: string
  readonly source?: string
  readonly level?: string
  readonly format?: string
  readonly text?: string
  readonly args?: readonly string[]
  readonly prosody?: string
  readonly lua?: string
  readonly reason?: string
  readonly event?: string
}

/** A line that Prosody logged while it was started. */
export interface LogLine {
  /** What logged the line: host:module, or a part of Prosody. */
  readonly source: string
  readonly level: string
  readonly text: string
  /** The module that was being loaded when the line was logged; '' for none. */
  readonly name: string
}

/** What a start of Prosody has shown. */
export interface BootTrace {
  readonly version: {readonly prosody: string; readonly lua: string} | undefined
  /** Whether all hosts were set up and Prosody was told to end. */
  readonly complete: boolean
  /** The module that was being loaded at last. */
  readonly current: string | undefined
  /** Why something asked Prosody to end. */
  readonly stopped: string | undefined
  /** The error that kept Prosody from getting on, with its traceback. */
  readonly raised: {readonly event: string; readonly error: string} | undefined
  /** The file of each module that is loaded, by host and name. */
  readonly loaded: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Prosody's words the first time that a module was not loaded, by module. */
  readonly errors: ReadonlyMap<string, string>
  /** Why each file that was found was not taken, for its metadata. */
  readonly skipped: ReadonlyMap<string, string>
  readonly log: readonly LogLine[]
}

/** Reads what the probe has written; a line that was cut off is left out. */
export function readTrace(text: string): BootTrace {
  const lines = text.split('\n').flatMap(lineOf)
  const done = lines.some(({kind}) => kind === 'done')
  const version = lines.find(({kind}) => kind === 'version')
  const raised = lines.find(({kind}) => kind === 'raised')
  const current = lines.findLast(({kind}) => kind === 'loading')?.name ?? ''
  const loaded = new Map<string, Map<string, string>>()
  const errors = new Map<string, string>()
  const skipped = new Map<string, string>()
  const log: LogLine[] = []
  for (const line of lines) {
    const {kind, host = '', name = '', path = ''} = line
    if (kind === 'loaded') loaded.set(host, (loaded.get(host) ?? new Map<string, string>()).set(name, path))
    if (kind !== 'log') continue
    const {source = '', level = '', text: message = '', format = '', args = []} = line
    log.push({source, level, text: message, name})
    const [failed, error] = failureIn(format, args)
    if (failed !== undefined && !errors.has(failed)) errors.set(failed, error ?? '')
    const skip = skipIn(format, args)
    if (skip !== undefined) skipped.set(...skip)
  }
  return {
    version: version && {prosody: version.prosody ?? '', lua: version.lua ?? ''},
    complete: done,
    current: done || current === '' ? undefined : current,
    stopped: done ? undefined : lines.find(({kind}) => kind === 'stopping')?.reason,
    raised: raised && {event: raised.event ?? '', error: raised.text ?? ''},
    loaded,
    errors,
    skipped,
    log,
  }
}

/** Module and error of what core/modulemanager.lua logs when one can't be loaded. */
function failureIn(
  format: string,
  args: readonly string[],
): readonly [name: string | undefined, error: string | undefined] {
  if (format.startsWith('Unable to load module')) return [args[0], args[1]]
  if (/^Error (?:initializing|loading) module/.test(format)) return [args[0], args[2]]
  return [undefined, undefined]
}

/** File and reason where one is not loaded for what its metadata say. */
function skipIn(format: string, args: readonly string[]): [file: string, why: string] | undefined {
  if (!format.startsWith('Not loading module, ')) return undefined
  // 13.0 has braces around a set of names.
  const values = args.map((arg) => arg.replace(/^\{(.*)\}$/, '$1'))
  const file = args.at(-1) ?? ''
  const [first = '', second = ''] = values
  if (format.includes('conflicting features'))
    return [file, `its metadata says that it conflicts with ${first}, which this Prosody has`]
  if (format.includes('missing features'))
    return [file, `its metadata requires ${first}, which this Prosody lacks`]
  return [file, `its metadata asks for Lua ${second}, and this Prosody runs with Lua ${first}`]
}

function lineOf(text: string): TraceLine[] {
  try {
    return [JSON.parse(text, decoded) as TraceLine]
  } catch {
    return []
  }
}

/** The probe writes a byte as the character of its number. */
function decoded(_: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : value
}
