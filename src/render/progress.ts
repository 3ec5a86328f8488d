import {toDigest} from '../digest.ts'
import {inLine} from '../plain-text.ts'
import type {ProgressEvent} from '../progress.ts'
import {err as pc} from './colours.ts'
import {count, warningLabel} from './common.ts'
import {clearLine, print, say} from './output.ts'
import {sizeText} from '../text/size.ts'
import {Underway} from './underway.ts'

/** Milliseconds before anything is shown, and between two looks. */
const [patience, interval] = [200, 100]
/** Where nobody watches, a sign of life is enough. */
const quietInterval = 10_000

/** quiet: what somebody has to do something about, and nothing else; verbose: every request and every answer besides. */
interface Loudness {
  readonly quiet: boolean
  readonly verbose: boolean
}

let current: Progress | undefined

/**
 * What a command tells on standard error while it works: on a terminal one line that is written over, elsewhere only
 * what should be read later in a log, and a line now and then where it takes long.
 */
class Progress {
  readonly #underway = new Underway(Date.now())
  readonly #timer: NodeJS.Timeout
  readonly #loudness: Loudness
  #isPaused = false

  constructor(loudness: Loudness) {
    const {isTTY} = process.stderr
    this.#loudness = loudness
    this.#timer = setInterval(() => this.#show(), isTTY ? interval : quietInterval).unref()
  }

  onEvent(event: ProgressEvent): void {
    this.#underway.note(event, Date.now())
    const {quiet, verbose} = this.#loudness
    const line = quiet ? alarm(event) : lastingLine(event) || (verbose ? detail(event) : '')
    if (line === '') return
    clearLine()
    say('stderr', line)
  }

  /** Nothing is left of the line that was written over. */
  end(): void {
    clearInterval(this.#timer)
    clearLine()
    if (current === this) current = undefined
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    clearLine()
  }

  #show(): void {
    const {isTTY, columns} = process.stderr
    if (this.#loudness.quiet || this.#isPaused || this.#underway.age(Date.now()) < patience) return
    const text = this.#underway.text(Date.now(), isTTY ? (columns || 80) - 1 : 200)
    if (text === '') return
    clearLine()
    print('stderr', isTTY ? pc.dim(text) : `${text}\n`)
  }
}

/** Shows what is under way until its `end`. */
export function startProgress(loudness: Loudness = {quiet: false, verbose: false}): Progress {
  current = new Progress(loudness)
  return current
}

/** Does work that asks on the terminal, and keeps progress from being written over it. */
export async function withoutProgress<T>(work: () => Promise<T>): Promise<T> {
  const shown = current
  shown?.pause(true)
  try {
    return await work()
  } finally {
    shown?.pause(false)
  }
}

/** Writes an event as a line that stays to be read; '' for what passes. */
export function lastingLine(event: ProgressEvent): string {
  switch (event.type) {
    case 'large-download':
      return `downloading ${event.url} (${event.bytes === undefined ? 'the server does not say how much' : sizeText(event.bytes)})\n`
    case 'archive-read':
      return `${count(event.files, 'file')} out of an archive of ${sizeText(event.bytes)}\n`
    case 'waiting':
      return `waiting for another prosody-mods on this project (${event.holder})\n`
    case 'still-waiting':
      return `still waiting for ${event.holder}: ${event.end}\n`
    case 'interrupted':
      return `${pc.yellow(warningLabel('CUT_OFF'))} ${interruptedText(event)}\n`
    case 'recovered':
      return `an interrupted command was ${event.direction === 'forward' ? 'completed' : 'undone'}\n`
    case 'store-corrupt':
      return `${pc.yellow(warningLabel('STORE_DAMAGED'))} the store held other bytes under ${toDigest(event.sha256)}; they were removed\n`
    case 'request':
    case 'planned':
    case 'piece':
    case 'received':
    case 'location-failed':
    case 'served':
      return ''
  }
}

/** What is told to whoever wants to hear nothing. */
function alarm(event: ProgressEvent): string {
  const isAlarm = ['interrupted', 'still-waiting', 'store-corrupt'].includes(event.type)
  return isAlarm ? lastingLine(event) : ''
}

/** Writes an event for whoever wants to know everything. */
function detail(event: ProgressEvent): string {
  switch (event.type) {
    case 'request':
      return pc.dim(`asking ${inLine(event.url)}`) + '\n'
    case 'location-failed':
      return pc.dim(`no answer from ${inLine(event.label)}: ${inLine(event.reason)}`) + '\n'
    case 'served':
      return pc.dim(`${count(event.files, 'file')} from ${inLine(event.label)}`) + '\n'
    default:
      return ''
  }
}

function interruptedText({folder, isOwn}: ProgressEvent & {type: 'interrupted'}): string {
  return isOwn
    ? 'an earlier command was cut off here, so files may be of before and of after it; "prosody-mods install" ends it'
    : `${folder} was not left by a command of this user on this machine: nothing of it is used, and no command writes here until it is removed; "prosody-mods install" says how`
}
