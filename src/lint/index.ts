import {check, type Report} from './check.ts'
import type {Fix} from './fix.ts'
import type {Issue} from './issue.ts'
import {messageOf} from './messages.ts'
import {effective, invalidPattern, unknownStandard, type Effective, type OptionSet} from './options.ts'
import {printable} from './printable.ts'
import type {SourceText} from './text.ts'
import {builtinStandards, type Node, type Standard} from './standards.ts'

export interface LintOptions {
  /** Later ones are right. */
  readonly layers: readonly OptionSet[]
  /** Besides luacheck's own, by name. */
  readonly standards?: ReadonlyMap<string, Standard>
}

/** As luacheck has it: lines and columns from 1, in characters where the file is UTF-8. */
export interface Finding {
  readonly code: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
  readonly message: string
  /** Of the variable that it is about. */
  readonly name?: string
  /** What mends it, where that is safe. */
  readonly fix?: Fix
}

/** What luacheck 1.1.0 finds in a file, in its order. Throws CONFIG_INVALID for options that make no sense. */
export function lintFile(bytes: Buffer, options: LintOptions): Finding[] {
  return lintFiles([{bytes, layers: options.layers}], options.standards)[0] ?? []
}

export interface FileToLint {
  readonly bytes: Buffer
  readonly layers: readonly OptionSet[]
}

/** Findings of each of several files: where options let globals be defined, what one file defines others may use. */
export function lintFiles(
  files: readonly FileToLint[],
  standards: ReadonlyMap<string, Standard> = new Map(),
): Finding[][] {
  const all = new Map([...builtinStandards(), ...standards])
  const options = new OptionCache(all)
  const checked = files.map(({bytes, layers}) => new CheckedFile(check(bytes), layers, options))
  const defined = new Set<string>()
  const used = new Set<string>()
  for (const file of checked) file.collect(defined, used)
  return checked.map((file) => file.findings(defined, used))
}

/** Puts every stack of layers together once. */
class OptionCache {
  readonly standards: ReadonlyMap<string, Standard>
  readonly #numbers = new Map<OptionSet, number>()
  readonly #known = new Map<string, Effective>()

  constructor(standards: ReadonlyMap<string, Standard>) {
    this.standards = standards
  }

  of(layers: readonly OptionSet[]): Effective {
    const key = layers.map((layer) => this.#number(layer)).join(' ')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const options = effective(layers, this.standards)
    this.#known.set(key, options)
    return options
  }

  #number(layer: OptionSet): number {
    const number = this.#numbers.get(layer) ?? this.#numbers.size
    this.#numbers.set(layer, number)
    return number
  }
}

const nothing: OptionSet = {}

class CheckedFile {
  readonly #findings: Finding[] = []
  readonly #globals: (readonly [Issue, Effective])[] = []
  readonly #definedHere = new Set<string>()

  constructor(report: Report, layers: readonly OptionSet[], cache: OptionCache) {
    if (report.problem !== undefined) this.#add(report.problem)
    else this.#applyOptions(report, layers, cache)
  }

  /** Goes through lines with the options that hold on them. */
  #applyOptions(report: Report, layers: readonly OptionSet[], cache: OptionCache): void {
    const {changes, text, issues} = report
    const sorted = [...issues].sort(compare)
    const stack = [...layers]
    let options = cache.of(stack)
    let at = 0
    let change = 0
    for (let line = 1; line <= text.lineStarts.length; line += 1) {
      const next = changes[change]
      if (next !== undefined && next.line <= line) {
        change += 1
        stack.splice(stack.length - next.removed, next.removed)
        if (next.added !== undefined) stack.push(this.#valid(next.added, text, cache.standards))
        options = cache.of(stack)
      }
      this.#length(line, report, options)
      for (let issue = sorted[at]; issue !== undefined && issue.line <= line; issue = sorted[at]) {
        at += 1
        if (issue.details.global !== undefined) this.#globals.push([issue, options])
        else if (passes(issue, options)) this.#add(issue, {maxComplexity: options.maxComplexity || 0})
      }
    }
  }

  #valid(
    {options, place}: NonNullable<Report['changes'][number]['added']>,
    text: SourceText,
    standards: ReadonlyMap<string, Standard>,
  ): OptionSet {
    const {std} = options
    const unknown = typeof std === 'string' ? unknownStandard(std, standards) : undefined
    const pattern = invalidPattern(options)
    if (unknown === undefined && pattern === undefined) return options
    const {line, start, end} = place
    this.#add({
      code: '021',
      line,
      column: text.column(line, start),
      endColumn: text.endColumn(line, end),
      details: {
        text:
          unknown === undefined
            ? `Invalid pattern '${pattern ?? ''}'`
            : `invalid value of option 'std': unknown std '${unknown}'`,
      },
    })
    return nothing
  }

  #length(line: number, {text, lineEndings}: Report, {maxLength, passes: passesRules}: Effective): void {
    const limit = maxLength[lineEndings.get(line) ?? 'code']
    const length = text.lengthOf(line)
    if (limit === false || length <= limit || !passesRules('631')) return
    const issue = {code: '631', line, column: limit + 1, endColumn: length, details: {}}
    this.#add(issue, {limitLength: limit})
  }

  /** Notes globals that the file defines or uses where options let it define them. */
  collect(defined: Set<string>, used: Set<string>): void {
    for (const [{code, name = '', details}, options] of this.#globals) {
      if (code !== '111') used.add(name)
      else if (defines(options, details.global?.isTop))
        (options.module ? this.#definedHere : defined).add(name)
    }
  }

  findings(defined: ReadonlySet<string>, used: ReadonlySet<string>): Finding[] {
    for (const [issue, options] of this.#globals) this.#global(issue, options, {defined, used})
    return this.#findings.sort(compare)
  }

  #global(
    issue: Issue,
    options: Effective,
    {defined, used}: {readonly defined: ReadonlySet<string>; readonly used: ReadonlySet<string>},
  ): void {
    const {name = '', details} = issue
    let {code} = issue
    let isModule = false
    if (code !== '111') {
      if (defined.has(name) || this.#definedHere.has(name)) return
    } else if (options.module) {
      if (this.#definedHere.has(name)) return
      isModule = true
    } else if (defines(options, details.global?.isTop)) {
      if (used.has(name)) return
      code = '131'
    } else if (defined.has(name)) return
    const {keys = [], aliased, indirect = false} = details.global ?? {}
    const names = [name, ...keys]
    const status = statusOf(names, options.std)
    const isKnown = statusOf([name], options.std) !== 'undefined'
    if ((code === '111' || code === '112') && !isModule && status === 'read-only')
      code = `12${code.charAt(2)}`
    else if ((code === '112' || code === '113') && isKnown) code = `14${code.charAt(2)}`
    if (/^1[14]/.test(code)) {
      if (indirect && statusOf(names.slice(0, aliased), options.std) === 'undefined') return
      if (!isModule && status !== 'undefined') return
    }
    if (!options.passes(code, name)) return
    const path = keys.map((key) => (typeof key === 'string' ? printable(key) : '?')).join('.')
    this.#add({...issue, code}, {path, isModule})
  }

  #add(
    issue: Issue,
    said: {
      readonly path?: string
      readonly isModule?: boolean
      readonly limitLength?: number
      readonly maxComplexity?: number
    } = {},
  ): void {
    const {code, line, column, endColumn, name, details} = issue
    const message = messageOf({...details, ...said, code, endColumn, name: name ?? ''})
    this.#findings.push({
      code,
      line,
      column,
      endColumn,
      message,
      ...(name === undefined ? {} : {name}),
      ...(details.fix === undefined ? {} : {fix: details.fix}),
    })
  }
}

function compare(a: Finding | Issue, b: Finding | Issue): number {
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
}

function defines({allowDefined, allowDefinedTop}: Effective, isTop = false): boolean {
  return allowDefined || (allowDefinedTop && isTop)
}

/** Whether an issue that is about no global is to be reported. */
function passes({code, name, details}: Issue, options: Effective): boolean {
  const {complexity, useless, secondary, self} = details
  if (
    complexity !== undefined &&
    (options.maxComplexity === false || complexity.value <= options.maxComplexity)
  )
    return false
  if (name === '_' && /^[234]/.test(code) && useless !== true) return false
  if (secondary === true && !options.unusedSecondaries) return false
  if (self === true && !options.self) return false
  return options.passes(code, name)
}

/** What a standard says of a global and the fields behind it. */
function statusOf(names: readonly (string | boolean)[], std: Node): 'undefined' | 'read-only' | 'global' {
  let node = std
  let readOnly = true
  for (const name of names) {
    if (typeof name === 'string') {
      const field = node.fields?.get(name)
      if (field === undefined) {
        if (node.otherFields === true) break
        return 'undefined'
      }
      node = field
      readOnly = node.readOnly ?? readOnly
    } else if (name) {
      if ((node.fields?.size ?? 0) === 0 && node.otherFields !== true) return 'undefined'
      readOnly = node.deepReadOnly === true
      break
    } else {
      if (node.otherFields !== true) return 'undefined'
      break
    }
  }
  return readOnly ? 'read-only' : 'global'
}
