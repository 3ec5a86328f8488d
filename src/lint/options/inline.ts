import type {Issues} from '../luacheck/issue.ts'
import type {Body, Span} from '../luacheck/model.ts'
import {
  fieldMapNames,
  flagNames,
  limitNames,
  listNames,
  type FieldMapName,
  type FlagName,
  type LimitName,
  type ListName,
  type OptionSet,
} from './options.ts'
import type {OptionComment, Scan} from '../source/scan.ts'
import {strip} from './strip.ts'
import type {SourceText} from '../source/text.ts'

/** What changes before a line of code: first, some options are taken away, then one set is added. */
export interface OptionChange {
  readonly line: number
  removed: number
  added: {readonly options: OptionSet; readonly place: Span} | undefined
}

type Directive = 'push' | 'pop' | OptionSet

interface Placed {
  readonly place: Span
  /** Of its start. */
  readonly line: number
  readonly directive: Directive
  /** Of a comment, whether code stands on its line. */
  readonly behindCode: boolean
  /** Whether it is the start or the end of a function, not a comment. */
  readonly isBoundary: boolean
}

/** Reads `-- luacheck: …`, by line; reports what can't be read and what is not paired. */
export function inlineOptions(
  {comments}: Scan,
  functions: readonly Body[],
  {issues, text}: Reported,
): OptionChange[] {
  const own = new Map<string, OptionSet | string>()
  const all: Placed[] = comments.flatMap((comment) => directivesOf(comment, own, {issues, text}))
  if (all.length === 0) return []
  for (const {place, end} of functions) {
    all.push(boundary(place, 'push', text))
    if (end !== undefined) all.push(boundary(end, 'pop', text))
  }
  return new Stack(issues).run(all.sort(compare))
}

function boundary(place: Span, directive: 'push' | 'pop', text: SourceText): Placed {
  return {place, line: text.lineAt(place[0]), directive, behindCode: true, isBoundary: true}
}

/** On one line, everything is opened before options, and closed behind them. */
function compare(a: Placed, b: Placed): number {
  return a.line - b.line || orderOf(a) - orderOf(b) || a.place[0] - b.place[0]
}

function orderOf({directive}: Placed): number {
  return directive === 'push' ? 1 : directive === 'pop' ? 3 : 2
}

/** What options are laid upon others; sets that are the same text are one. */
interface Layers {
  readonly above: Map<OptionSet, Layers>
}

/** Different stacks of options in one file: each one costs as much as it has layers. */
const mostStacks = 500

class Stack {
  readonly #issues: Issues
  readonly #changes: OptionChange[] = []
  readonly #pushes: {readonly placed: Placed; readonly count: number}[] = []
  readonly #layers: Layers[] = [{above: new Map()}]
  #count = 0
  #stacks = 0

  constructor(issues: Issues) {
    this.#issues = issues
  }

  run(all: readonly Placed[]): OptionChange[] {
    for (const placed of all) {
      const {directive} = placed
      if (directive === 'push') this.#pushes.push({placed, count: this.#count})
      else if (directive === 'pop') this.#pop(placed)
      else this.#add(placed, directive)
    }
    for (const {placed} of this.#pushes) this.#issues.add('022', placed.place)
    return this.#changes
  }

  #pop({place, line, isBoundary}: Placed): void {
    const top = this.#pushes.at(-1)
    // Comments close nothing of a function.
    if (top === undefined || (!isBoundary && top.placed.isBoundary)) {
      this.#issues.add('023', place)
      return
    }
    let push = this.#pushes.pop()
    while (isBoundary && push !== undefined && !push.placed.isBoundary) {
      this.#issues.add('022', push.placed.place)
      push = this.#pushes.pop()
    }
    const count = push?.count ?? 0
    if (this.#count > count) this.#changeAt(line + 1).removed += this.#count - count
    this.#count = count
    this.#layers.length = count + 1
  }

  #add({place, line, behindCode}: Placed, options: OptionSet): void {
    const layers = this.#laid(options)
    if (layers === undefined) {
      this.#issues.add('021', place, {text: `more than ${mostStacks} different stacks of inline options`})
      return
    }
    this.#changeAt(line).added = {options, place}
    if (behindCode) this.#changeAt(line + 1).removed += 1
    else {
      this.#count += 1
      this.#layers.push(layers)
    }
  }

  /** Undefined where there are too many. */
  #laid(options: OptionSet): Layers | undefined {
    const above = this.#layers.at(-1)?.above
    const known = above?.get(options)
    if (known !== undefined || this.#stacks === mostStacks) return known
    this.#stacks += 1
    const layers: Layers = {above: new Map()}
    above?.set(options, layers)
    return layers
  }

  #changeAt(line: number): OptionChange {
    const last = this.#changes.at(-1)
    if (last?.line === line) return last
    const change: OptionChange = {line, removed: 0, added: undefined}
    this.#changes.push(change)
    return change
  }
}

interface Reported {
  readonly issues: Issues
  readonly text: SourceText
}

function directivesOf(
  comment: OptionComment,
  own: Map<string, OptionSet | string>,
  {issues, text}: Reported,
): Placed[] {
  const body = /^[ \t\n\v\f\r]*luacheck:([^]*)$/.exec(comment.text)?.[1]
  if (body === undefined) return []
  const {start, end, behindCode} = comment
  const place: Span = [start, end]
  const line = text.lineAt(start)
  const read = (directive: Directive): Placed => ({place, line, directive, behindCode, isBoundary: false})
  const words = strip(withoutParentheses(strip(body)))
  if (words === 'push' || words === 'pop') return [read(words)]
  const rest = /^push[ \t\n\v\f\r]+([^]*)$/.exec(words)?.[1]
  const options = own.get(rest ?? words) ?? optionsIn(rest ?? words)
  own.set(rest ?? words, options)
  if (typeof options === 'string') {
    issues.add('021', place, {text: options})
    return []
  }
  return rest === undefined ? [read(options)] : [read(options), read('push')]
}

/** Most comments say what those of other files say: of one text there is one set, which is put together once. */
const known = new Map<string, OptionSet | string>()
const mostKnown = 1000
const longestKnown = 200

function optionsIn(body: string): OptionSet | string {
  if (body.length > longestKnown) return readOptions(body)
  const found = known.get(body)
  if (found !== undefined) return found
  // A copy: what is cut out of a source keeps all of it in memory.
  const text = Buffer.from(body, 'latin1').toString('latin1')
  const options = readOptions(text)
  if (known.size >= mostKnown) known.clear()
  known.set(text, options)
  return options
}

/** Balanced parentheses are for people. */
function withoutParentheses(text: string): string {
  if (!text.includes('(')) return text
  const ends = new Map<number, number>()
  const open: number[] = []
  for (const {0: char, index} of text.matchAll(/[()]/g)) {
    const start = char === '(' ? undefined : open.pop()
    if (char === '(') open.push(index)
    else if (start !== undefined) ends.set(start, index + 1)
  }
  let out = ''
  for (let at = 0; at < text.length;) {
    const end = ends.get(at)
    out += end === undefined ? text.charAt(at) : ' '
    at = end ?? at + 1
  }
  return out
}

type Writable = {-readonly [K in keyof OptionSet]: OptionSet[K]}

/** Words of one comment: each may become a pattern, and a comment of megabytes a million of them. */
const mostWords = 2000

/** Options, or what is wrong with them, in luacheck's words but for comments that are too long. */
function readOptions(body: string): OptionSet | string {
  if (hasMoreWords(body, mostWords)) return `more than ${mostWords} words of inline options`
  const options: Writable = {}
  const parts = body.split(',')
  for (const part of parts) {
    const words = part.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '')
    if (words.length === 0)
      return parts.length === 1 ? 'empty inline option' : 'empty inline option invocation'
    const invocation = split(words)
    if (invocation === undefined) return `unknown inline option '${words.join(' ')}'`
    const problem = apply(options, invocation)
    if (problem !== undefined) return problem
  }
  return options
}

function hasMoreWords(text: string, most: number): boolean {
  if (text.length <= 2 * most) return false
  const words = text.matchAll(/[^ \t\n\v\f\r,]+/g)
  for (let count = 0; count <= most; count += 1) if (words.next().done === true) return false
  return true
}

interface Invocation {
  readonly name: string
  readonly args: readonly string[]
}

/** In words: `no max cyclomatic complexity`, `no max comment line length`. */
const longestName = 5

/** Names may be several words, and one name may begin with another one: the longest counts. */
function split(words: readonly string[]): Invocation | undefined {
  for (let length = Math.min(words.length, longestName); length > 0; length -= 1) {
    const name = words.slice(0, length).join('_')
    if (isName(name)) return {name, args: words.slice(length)}
  }
  return undefined
}

function isFlag(name: string): name is FlagName {
  return (flagNames as readonly string[]).includes(name)
}

function isLimit(name: string): name is LimitName {
  return (limitNames as readonly string[]).includes(name)
}

function isFieldMap(name: string): name is FieldMapName {
  return (fieldMapNames as readonly string[]).includes(name)
}

function isList(name: string): name is Exclude<ListName, 'operators'> {
  return name !== 'operators' && (listNames as readonly string[]).includes(name)
}

function isName(name: string): boolean {
  const positive = name.replace(/^no_/, '')
  return name === 'std' || isFieldMap(name) || isList(name) || isFlag(positive) || isLimit(positive)
}

/** What is wrong with an option; undefined for nothing. */
function apply(options: Writable, {name, args}: Invocation): string | undefined {
  if (name === 'std') {
    if (args.length !== 1) return wrongCount(name, args, 1)
    options.std = args[0] ?? ''
  } else if (isFieldMap(name)) options[name] = {paths: args, fields: new Map()}
  else if (isList(name)) options[name] = name === 'ignore' && args.length === 0 ? ['.*'] : args
  else return applySwitch(options, {name, args})
  return undefined
}

function applySwitch(options: Writable, {name, args}: Invocation): string | undefined {
  const positive = name.replace(/^no_/, '')
  const isOn = positive === name
  const words = name.replaceAll('_', ' ')
  if (isFlag(positive)) {
    if (args.length > 0) return wrongCount(words, args, 0)
    options[positive] = isOn
  } else if (isLimit(positive)) {
    if (args.length !== (isOn ? 1 : 0)) return wrongCount(words, args, isOn ? 1 : 0)
    const limit = isOn ? numberOf(args[0] ?? '') : false
    if (limit === undefined) return `inline option '${positive}' expects number as argument`
    options[positive] = limit
  }
  return undefined
}

function wrongCount(name: string, args: readonly string[], expected: 0 | 1): string {
  return `inline option '${name}' expects ${expected} argument${expected === 1 ? '' : 's'}, ${args.length} given`
}

/** A number as Lua reads it from text. */
function numberOf(text: string): number | undefined {
  const isNumber = /^[-+]?(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)$/.test(text)
  if (!isNumber) return undefined
  const sign = text.startsWith('-') ? -1 : 1
  return sign * Number(text.replace(/^[-+]/, ''))
}
