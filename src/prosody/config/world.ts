import {Ways} from './cells.ts'
import type {ConfigNote, ConfigPlace, ConfigProblem, ReadingTarget} from './types.ts'
import {nil, unknown, type Host, type Value, type Cell} from './values.ts'

/** What is wrong with a configuration so that Prosody stops reading it there. */
export class Stop extends Error {
  readonly place: ConfigPlace

  constructor(message: string, place: ConfigPlace) {
    super(message)
    this.place = place
  }
}

/** A setting while a configuration is read. */
export interface RawSetting {
  readonly name: string
  readonly value: Value
  readonly place: ConfigPlace
  readonly certain: boolean
}

/** A section while a configuration is read. */
export interface RawSection {
  readonly host: Host
  readonly continued: boolean
  readonly settings: RawSetting[]
  readonly unordered: readonly {readonly group: number; readonly member: number}[]
}

/** How often code is run again, by loops and calls, before reading gives up. */
const mostTurns = 20_000

/** All that a configuration has said so far, in all its files. */
export class World {
  readonly ways = new Ways()
  readonly sections: RawSection[] = []
  readonly problems: ConfigProblem[] = []
  readonly unknown: ConfigNote[] = []
  readonly files: string[] = []
  /** Names of options that the configuration itself reads. */
  readonly reads = new Set<string>()
  /** Whether the Prosody gives options that were set to whom reads them; undefined where that is not known. */
  readonly givesOptions: boolean | undefined
  readonly #options = new Map<string, Map<string, Cell>>()
  readonly #unclear = new Map<Value, Host>()
  /** Variables of Lua's own that the configuration has set; `*` where any may be. */
  readonly touched = new Set<string>()
  /** Whether other code than the configuration's has run, which may have set variables of Lua's own. */
  runsOther = false
  readonly #types = new Map<string, Host['type']>()
  readonly #opened = new Set<Host>()
  readonly #said = new Set<string>()
  #turns = 0
  #groups = 0
  #hosts = 0
  #muted = 0

  readonly #isPart: boolean

  constructor({prosody, isPart = false}: ReadingTarget) {
    this.#isPart = isPart
    this.givesOptions = prosody === undefined ? undefined : !prosody.startsWith('0.')
  }

  /** Whether a name under which nothing was seen may have a value all the same. */
  get mayHaveMore(): boolean {
    const isUnseen = this.#isPart || this.unknown.some(({kind}) => kind === 'include' || kind === 'option')
    return this.runsOther || (this.givesOptions !== false && isUnseen)
  }

  /** Counts Includes by wildcard. */
  newGroup(): number {
    this.#groups += 1
    return this.#groups
  }

  /** Throws a RangeError, as code that is nested too deeply does, when there were too many. */
  turn(): void {
    this.#turns += 1
    if (this.#turns > mostTurns) throw new RangeError('too many turns')
  }

  /** Runs what is run once more for what is told: it says nothing itself. */
  quietly(run: () => void): void {
    this.#muted += 1
    try {
      run()
    } finally {
      this.#muted -= 1
    }
  }

  /** Makes a host of a name, null for one that is not known. Throws Stop where Prosody does not take it. */
  host(type: 'host' | 'component', host: string | null, place: ConfigPlace): Host {
    this.#hosts += 1
    const {certain} = this.ways
    const key = host ?? `?${this.#hosts}`
    const before = this.#types.get(key)
    if (before !== undefined && before !== type && certain)
      throw new Stop(`${key} is a ${before} and a ${type}`, place)
    if (certain) this.#types.set(key, type)
    return {kind: 'host', key, type, host, module: type === 'component' ? 'component' : null, place, certain}
  }

  /** Notes what can't be told, once. */
  note(kind: ConfigNote['kind'], text: string, {file, line}: ConfigPlace): void {
    if (this.#isNew(kind, text, {file, line})) this.unknown.push({kind, text, file, line})
  }

  /** Notes a problem, once. */
  problem(message: string, {file, line}: ConfigPlace, column = 1): void {
    if (this.#isNew('problem', message, {file, line})) this.problems.push({file, line, column, message})
  }

  #isNew(kind: string, text: string, {file, line}: ConfigPlace): boolean {
    const key = `${kind}:${line}:${file}:${text}`
    if (this.#muted > 0 || this.#said.has(key)) return false
    this.#said.add(key)
    return true
  }

  /** Returns the host that settings go to; one that nobody has where several ways lead there. */
  hostIn(current: Value, place: ConfigPlace): Host {
    if (current.kind === 'host') return current
    const known = this.#unclear.get(current)
    if (known !== undefined) return known
    this.note('option', 'for which host this is set depends on a condition', place)
    const key = `?${place.file}:${place.line}`
    const host: Host = {kind: 'host', key, type: 'unclear', host: null, module: null, place, certain: false}
    this.#unclear.set(current, host)
    return host
  }

  /** Opens a section, which may stay empty. */
  open(host: Host, unordered: RawSection['unordered']): void {
    if (this.#muted > 0) return
    this.sections.push({host, continued: this.#opened.has(host), settings: [], unordered})
    this.#opened.add(host)
  }

  /** Sets an option of a host. */
  set(host: Host, setting: Omit<RawSetting, 'certain'>, unordered: RawSection['unordered']): void {
    const last = this.sections.at(-1)
    const goesOn = last?.host === host && last.unordered === unordered
    if (!goesOn) this.open(host, unordered)
    if (this.#muted === 0) this.sections.at(-1)?.settings.push({...setting, certain: this.ways.certain})
    this.ways.write(this.#cell(host.key, setting.name), setting.value)
  }

  /** Returns what an option of a host was set to so far; nil where it was not. */
  optionOf(host: Host, name: string): Value {
    return this.#cell(host.key, name).value
  }

  /** Returns what reading the name of an option gives: from 13.0 on its value, before that nothing. */
  readOption(host: Host, name: string): Value {
    this.reads.add(name)
    const value = this.optionOf(host, name)
    if (this.givesOptions === false || value.kind === 'nil') return nil
    // Before 13.0, nobody has a use for what is always nothing.
    if (value.kind === 'table') return {kind: 'proxy', host: host.key, option: name}
    return this.givesOptions === undefined ? unknown(name, [value]) : value
  }

  /** Returns what an option of a host was set to, by the host's key. */
  valueOf(host: string, option: string): Value {
    return this.#cell(host, option).value
  }

  #cell(host: string, name: string): Cell {
    const options = this.#options.get(host) ?? new Map<string, Cell>()
    this.#options.set(host, options)
    const cell = options.get(name) ?? {name, value: nil}
    options.set(name, cell)
    return cell
  }
}
