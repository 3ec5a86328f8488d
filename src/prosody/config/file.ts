import type {Call} from './builtins.ts'
import {guarded, luaGlobal, type ConfigText} from './expressions.ts'
import {prepared} from './host-name.ts'
import {utf8} from '../../lua/fold.ts'
import {Statements} from './statements.ts'
import {Stop, type RawSection, type World} from './world.ts'
import {nil, unknown, type Entry, type Host, type Value, Scope, type Cell} from './values.ts'
import type * as Ast from 'luaparse'
import type {ConfigPlace} from './types.ts'

/** Includes what a path or pattern names, as seen from a file. */
export type Include = (pattern: string, place: ConfigPlace, unordered: RawSection['unordered']) => void

/** What is given to the reading of a file. */
export interface FileInput {
  readonly world: World
  readonly file: ConfigText
  readonly unordered: RawSection['unordered']
  readonly include: Include
}

const hostNames = new Set(['VirtualHost', 'Host', 'host'])
const componentNames = new Set(['Component', 'component'])
const always = [...hostNames, ...componentNames, 'Include', 'include', 'RunScript']
/** What 13.0 has besides. */
const later = ['FileContents', 'FileLine', 'FileLines', 'Credential']
const contents = new Set(later)

/** One file of a configuration: what it says goes into the world that all files share. */
export class ConfigFile extends Statements {
  readonly #unordered: RawSection['unordered']
  readonly #include: Include
  readonly #given = new Map<string, Cell>()
  readonly #current: Cell

  constructor({world, file, unordered, include}: FileInput) {
    super(world, file)
    this.#unordered = unordered
    this.#include = include
    this.#current = {name: 'the host', value: this.#whole(1)}
    const names = world.givesOptions === false ? always : [...always, ...later]
    for (const name of names) this.#given.set(name, {name, value: {kind: 'builtin', name: `prosody:${name}`}})
  }

  /** Reads the statements of the file. */
  read(body: readonly Ast.Statement[]): void {
    const {template} = this.file
    for (const {at, text} of template?.insertions ?? [])
      this.world.note('option', `lines that the template puts in: ${utf8(text)}`, {
        file: this.file.file,
        line: this.file.source.lineAt(at),
      })
    this.chunk(body, new Scope(undefined))
  }

  protected global(name: string): Value | undefined {
    const given = this.#given.get(name)
    if (given !== undefined) return given.value
    if (name.startsWith('ENV_')) return unknown(name)
    if (name === '__currenthost') return unknown(name)
    if (name === '_ENV') return {kind: 'library', name: '_ENV'}
    if (name === 'Lua' && this.world.givesOptions !== false) return {kind: 'library', name: ''}
    const current = this.#current.value
    const option = current.kind === 'host' ? this.world.readOption(current, name) : undefined
    if (option !== undefined && option.kind !== 'nil') return option
    const own = luaGlobal(name, this.world)
    return option === undefined && own.kind === 'nil' ? unknown(name) : own
  }

  protected isUnreadable(name: string): boolean {
    const current = this.#current.value
    const isSet = current.kind === 'host' && this.world.optionOf(current, name).kind !== 'nil'
    return isSet && this.world.givesOptions === false
  }

  protected assignGlobal(name: string, entry: Entry): void {
    const given = this.#given.get(name)
    if (given !== undefined) this.world.ways.write(given, entry.value)
    else if (name === '__currenthost') this.world.ways.write(this.#current, unknown(name))
    else if (this.file.template?.isName(name) === true)
      this.world.note('option', 'the name of an option is computed', entry.place)
    else this.setOption(name, entry)
  }

  protected setOption(name: string, {value, place}: Entry): void {
    const host = this.world.hostIn(this.#current.value, place)
    this.world.set(host, {name, value, place}, this.#unordered)
  }

  protected callProsody(name: string, call: Call): readonly Value[] | undefined {
    const own = name.startsWith('prosody:') ? name.slice('prosody:'.length) : ''
    if (hostNames.has(own)) return [this.#host('host', call)]
    if (componentNames.has(own)) return [this.#host('component', call)]
    if (own === 'Include' || own === 'include') {
      this.#includes(call)
      return [unknown(call.shown)]
    }
    if (own === 'RunScript') this.world.runsOther = true
    if (contents.has(own) || own === 'RunScript') return [unknown(call.shown)]
    return undefined
  }

  /** `VirtualHost "x" { … }`, `Component "x" "muc"`, with a table of options behind that or not. */
  protected callHost(host: Host, {args: [given = nil], place, shown}: Call): readonly Value[] {
    if (given.kind === 'string' && host.type === 'component') {
      host.module = utf8(given.value)
      return [host]
    }
    if (given.kind === 'unknown' && host.type === 'component') {
      host.module = null
      this.world.note('component', `the type of a component is computed: ${given.text}`, place)
      return [host]
    }
    this.world.ways.write(this.#current, this.#whole(place.line))
    if (given.kind === 'unknown')
      this.world.note('option', `the options of a host are computed: ${shown}`, place)
    else if (given.kind !== 'table')
      throw new Stop(`it stops with an error: options are no table in ${shown}`, place)
    else {
      for (const [key, entry] of given.entries) this.#optionOf(host, String(key), entry)
      if (given.isOpen) this.world.note('option', `options of a host are computed: ${shown}`, place)
    }
    return []
  }

  #optionOf(host: Host, name: string, {value, place, certain}: Entry): void {
    const set = (): 'next' => {
      this.world.set(host, {name: utf8(name), value, place}, this.#unordered)
      return 'next'
    }
    if (certain) set()
    else this.world.ways.fork([set], false)
  }

  #host(type: 'host' | 'component', {args: [given = nil], place}: Call): Host {
    const name = given.kind === 'string' ? prepared(utf8(given.value)) : null
    if (given.kind !== 'string' && given.kind !== 'unknown') throw new Stop('a host has no name', place)
    if (name === undefined) throw new Stop('the name of a host has characters that Prosody refuses', place)
    if (given.kind === 'unknown')
      this.world.note('host', `the name of a host is computed: ${given.text}`, place)
    const host = this.world.host(type, name, place)
    this.world.ways.write(this.#current, host)
    this.world.open(host, this.#unordered)
    return host
  }

  #includes({args: [given = nil], place, shown}: Call): void {
    if (given.kind === 'string') {
      this.#include(utf8(given.value), place, this.#unordered)
      return
    }
    this.world.note('include', `Include of a computed path is not followed: ${shown}`, place)
    for (const one of given.kind === 'unknown' ? given.candidates : [])
      if (one.kind === 'string')
        this.world.ways.fork(
          [() => guarded(() => (this.#include(utf8(one.value), place, this.#unordered), 'next'))],
          false,
        )
  }

  #whole(line: number): Host {
    const place = {file: this.file.file, line}
    return {kind: 'host', key: '*', type: 'global', host: null, module: null, place, certain: true}
  }
}
