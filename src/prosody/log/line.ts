/** The level that Prosody logs a message with. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** A line of a log that was freed of what terminals and collectors put into it. */
export interface LogLine {
  readonly text: string
  /** The level; undefined where the line names none, as those do that go on with a message. */
  readonly level: LogLevel | undefined
  /** Who logs: `modulemanager`, or `host:module`. */
  readonly origin: string | undefined
  /** The text that stands behind the level, or all of it. */
  readonly said: string
}

/** Longer lines are cut: what Prosody logs of modules fits, and memory stays bounded. */
const longest = 2048
/** Where a level may stand, behind the date and what unknown collectors write in front. */
const headLength = 200

/** Takes a line of any log apart, with or without dates. It is one that nothing is around any more (`unwrapped`). */
export function logLine(line: string): LogLine {
  const text = line.slice(0, longest).trimEnd()
  // A template that was not filled leaves a host such as <no value>.
  const head = /(?:^|\s)(?:((?:<[^<>]{1,40}>)?\S+)\s+)?(debug|info|warn|error)\s/.exec(
    text.slice(0, headLength),
  )
  const said = head === null ? text : text.slice(head.index + head[0].length).trimStart()
  return {text, level: head?.[2] as LogLevel | undefined, origin: head?.[1], said}
}

/**
 * Takes a line apart into those of the message, where a JSON logger keeps them as one, or a syslog daemon wrote its line
 * ends and tabs as text.
 */
export function unfolded(line: string): string[] {
  if (!/#01[12]|\n|\\n\\t|\\nstack/.test(line)) return [line]
  return line.replaceAll('#011', '\t').split(/#012|\n|\\n(?=\\t|stack)/)
}

/** A file and a line of it, as Lua's messages name them; the head of a long path is `...`. */
export interface LuaPlace {
  readonly path: string
  readonly line: number
}

/** What goes on with a message: a call of its stack trace, or one of the paths that `require` tried. */
export type Continuation =
  | {readonly kind: 'frame'; readonly place: LuaPlace}
  | {readonly kind: 'tried'; readonly path: string}
  | {readonly kind: 'other'}

/** Tells what a line adds to the message before it; undefined where it is none that goes on with one. */
export function continuationIn(text: string): Continuation | undefined {
  const tried = /no file '([^']*)'/.exec(text)
  if (tried !== null) return {kind: 'tried', path: tried[1] ?? ''}
  const frame = /(?<!\S)(\S+\.lua):(\d{1,9}): in /.exec(text)
  if (frame !== null) return {kind: 'frame', place: {path: frame[1] ?? '', line: Number(frame[2])}}
  return others.test(text) ? {kind: 'other'} : undefined
}

const others =
  /stack traceback:|no field package\.preload|No LuaRocks module found|\[C\]: in |\(\.\.\.tail calls\.\.\.\)|\(skipping \d+ levels\)|:\d+: in (?:main chunk|function|upvalue|local|field|method|global)/
