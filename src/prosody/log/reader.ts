import {continuationIn, logLine, unfolded, type LogLine, type LuaPlace} from './line.ts'
import {errorIn, messageIn, ownerIn, type FoundMessage, type LineOwner} from './message.ts'
import {unwrapped} from './wrapping.ts'

/** A message that a log has, once for all times that it stands there. */
export interface LogMessage extends Omit<FoundMessage, 'host'> {
  readonly hosts: readonly string[]
  /** The message as it stands there, without its stack trace. */
  readonly text: string
  /** Lines behind it that belong to it, where it says its reason there. */
  readonly details: readonly string[]
  /** The line on which it stands for the first time, from 1. */
  readonly line: number
  readonly count: number
  /** Places of the stack trace, innermost first. */
  readonly frames: readonly LuaPlace[]
  /** Where the stack traces of all times begin, each place once. */
  readonly places: readonly LuaPlace[]
}

/** A line that is about something wrong, or may be, and that is none of the known messages. */
export interface UnknownLine {
  readonly line: number
  readonly text: string
  readonly count: number
}

/** A line that is none of the known messages, and who logged it. */
export interface UnknownMessage extends UnknownLine {
  /** The module that logged it, and its host, as far as the line says. */
  readonly owner: LineOwner
  /** What it says, without date, level and who says it. */
  readonly said: string
}

/** What was read in a log. */
export interface LogContents {
  /** How many lines the log has. */
  readonly lines: number
  readonly messages: readonly LogMessage[]
  readonly unknown: readonly UnknownMessage[]
  /** How many unknown lines there are beyond those of `unknown`, which holds some hundreds. */
  readonly moreUnknown: number
  /** The version with which Prosody greets: `13.0.1`. */
  readonly prosody: string | undefined
  /** Whether a stack trace names Prosody's functions as 0.12 and older lines do. */
  readonly olderNames: boolean
  /** The version of Lua whose folders were searched: `5.4`. */
  readonly lua: string | undefined
}

type Open = {-readonly [K in keyof LogMessage]: LogMessage[K]} & {
  /** Who wrote it, of several programs or containers in one log. */
  writers: readonly string[]
  details: string[]
  hosts: string[]
  frames: LuaPlace[]
  places: LuaPlace[]
}
type Written = LogLine & {readonly writers: readonly string[]}
type Count = {-readonly [K in keyof UnknownMessage]: UnknownMessage[K]}

const most = {messages: 500, unknown: 200, plain: 20, frames: 60, details: 8}

/** Reads a log line by line; what it keeps does not grow with the log's length. */
export class LogReader {
  readonly #messages = new Map<string, Open>()
  readonly #unknown = new Map<string, Count>()
  /** Lines that no logger wrote, for a text without any. */
  readonly #plain: UnknownMessage[] = []
  #moreUnknown = 0
  #line = 0
  #open: Open | undefined
  #hasLevels = false
  #prosody: string | undefined
  #lua: string | undefined
  #olderNames = false
  /** Whether the line before this one is the head of an error. */
  #isHeaded = false

  /** Reads the next line of the log. */
  add(raw: string): void {
    this.#line += 1
    const {text, writers} = unwrapped(raw)
    for (const part of unfolded(text)) this.#addPart({...logLine(part), writers})
  }

  /** Returns what the lines that were read so far hold. */
  contents(): LogContents {
    const messages = [...this.#messages.values()]
    const isLog = this.#hasLevels || messages.length > 0
    return {
      lines: this.#line,
      messages,
      unknown: isLog ? [...this.#unknown.values()] : this.#plain,
      moreUnknown: this.#moreUnknown,
      prosody: this.#prosody,
      olderNames: this.#olderNames,
      lua: this.#lua,
    }
  }

  #addPart(line: Written): void {
    if (line.text === '') return
    this.#prosody ??= /Hello and welcome to Prosody version (\S+)/.exec(line.text)?.[1]
    this.#lua ??= /\/lua\/(5\.\d)\//.exec(line.text)?.[1]
    if (this.#addDetail(line)) return
    const found = messageIn(line) ?? (this.#isHeaded ? errorIn(line) : undefined)
    this.#isHeaded = errorHead.test(line.text)
    if (found !== undefined) this.#addMessage(found, line)
    else if (!this.#addContinuation(line)) this.#addOther(line)
    if (line.level !== undefined) this.#hasLevels = true
  }

  #addMessage({host, ...found}: FoundMessage, {text, writers}: Written): void {
    const key = JSON.stringify(found)
    const before = this.#messages.get(key)
    if (before === undefined && this.#messages.size >= most.messages) {
      this.#open = undefined
      this.#moreUnknown += 1
      return
    }
    const message: Open = before ?? {
      ...found,
      hosts: [],
      text,
      writers,
      details: [],
      line: this.#line,
      count: 0,
      frames: [],
      places: [],
    }
    message.count += 1
    if (host !== undefined && !message.hosts.includes(host) && message.hosts.length < most.plain)
      message.hosts.push(host)
    this.#messages.set(key, message)
    // The stack trace of the first time is enough.
    this.#open = message.count === 1 ? message : {...message, writers, frames: [], details: []}
  }

  /** Whether a line is one that says the reason of the message before it. */
  #addDetail({text, level, writers}: Written): boolean {
    const open = this.#open
    if (open === undefined || !isUnfinished(open) || !isOf(open, writers)) return false
    if (level !== undefined && !isReason.test(text)) return false
    if (open.frames.length > 0 || continuationIn(text) !== undefined) return false
    open.details.push(text.trim())
    return true
  }

  #addContinuation({text, writers}: Written): boolean {
    const more = continuationIn(text)
    if (more === undefined) return false
    if (/ in (?:function|upvalue|field|method) '(?:core|util|net)\./.test(text)) this.#olderNames = true
    const open = this.#open
    if (more.kind === 'frame' && open !== undefined && isOf(open, writers)) addFrame(open, more.place)
    return true
  }

  #addOther(line: Written): void {
    const {level, text, writers} = line
    if (this.#open !== undefined && isOf(this.#open, writers) && !harmless.test(text)) this.#open = undefined
    if (level === undefined) {
      if (this.#plain.length < most.plain) this.#plain.push(this.#unknownOf(line))
    } else if ((level === 'warn' || level === 'error') && !harmless.test(text)) this.#addUnknown(line)
  }

  #unknownOf(line: LogLine): Count {
    const {text, said} = line
    return {line: this.#line, text, count: 1, owner: ownerIn(line), said}
  }

  #addUnknown(line: LogLine): void {
    const {text} = line
    // Dates make each line another one.
    const key = text.replace(/^.*?\b(?=\S+\s+(?:warn|error)\s)/, '')
    const before = this.#unknown.get(key)
    if (before !== undefined) before.count += 1
    else if (this.#unknown.size >= most.unknown) this.#moreUnknown += 1
    else this.#unknown.set(key, this.#unknownOf(line))
  }
}

/** How the error of a configuration begins; "syntax error near" in it looks like a level. */
const isReason = /^Error(?: on line \d+)?: /
/** What stands before the error that ends Prosody, which is on the next line. */
const errorHead = /\bTop-level error, please report:$/
/** Warnings of what an operator does, heads of errors, and those of stack traces, which have no words. */
const harmless =
  /\bReceived SIG(?:TERM|INT|HUP)\b|\bTop-level error, please report:$|\b(?:general|startup)\s+error$/

/** Whether a line can go on with a message: a journal names the writer of an entry on its first line alone. */
function isOf(open: Open, writers: readonly string[]): boolean {
  return writers.every((writer, index) => writer === open.writers[index])
}

/** What prints its reason on the lines behind its head. */
function isUnfinished({failure, details}: Open): boolean {
  if (details.length >= most.details || details.at(-1)?.startsWith('****') === true) return false
  switch (failure.kind) {
    case 'binary':
      return failure.reason === undefined && details.length === 0
    case 'config-unread':
      return failure.path === undefined
    case 'config-invalid':
      return failure.text === undefined
    default:
      return false
  }
}

function addFrame({frames, places}: Open, place: LuaPlace): void {
  const isKnown = places.some(({path, line}) => path === place.path && line === place.line)
  if (frames.length === 0 && !isKnown && places.length < most.plain) places.push(place)
  if (frames.length < most.frames) frames.push(place)
}
