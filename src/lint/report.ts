import type {Report} from './check.ts'
import {compareFindings, type FileResult, type Finding, type Pending} from './finding.ts'
import type {Issue} from './luacheck/issue.ts'
import {messageOf, type Said} from './luacheck/messages.ts'
import type {Key, Span} from './luacheck/model.ts'
import type {OptionCache} from './options/option-cache.ts'
import {invalidPattern, unknownStandard, type Effective, type OptionSet} from './options/options.ts'
import {printable} from './source/printable.ts'
import {lineKind} from './source/scan.ts'
import {statusOf} from './options/status.ts'

/** Options that hold from a line on. */
interface Stretch {
  readonly line: number
  readonly options: Effective
}

interface Judged {
  readonly issue: Issue
  readonly options: Effective
}

/** Decides which of a file's issues are reported by its options. */
export function applyOptions(report: Report, layers: readonly OptionSet[], cache: OptionCache): FileResult {
  const {problem} = report
  if (problem !== undefined) {
    const {line, column, endColumn, message} = problem
    const finding = {code: '011', line, column, endColumn, message}
    return {findings: [finding], pending: [], defines: [], uses: []}
  }
  return new Reporter(report).run(layers, cache)
}

const nothing: OptionSet = {}

/** What a message tells besides its issue. */
type Besides = Pick<Said, 'path' | 'isModule' | 'maxComplexity'>

const noBesides: Besides = {path: undefined, isModule: undefined, maxComplexity: undefined}

class Reporter {
  readonly #report: Report
  readonly #findings: Finding[] = []
  readonly #pending: Pending[] = []
  /** Globals defined for the file alone, for all files, and used. */
  readonly #own = new Set<string>()
  readonly #defined = new Set<string>()
  readonly #used = new Set<string>()

  constructor(report: Report) {
    this.#report = report
  }

  run(layers: readonly OptionSet[], cache: OptionCache): FileResult {
    const stretches = this.#stretches(layers, cache)
    this.#lengths(stretches)
    const globals: Judged[] = []
    for (const issue of this.#report.issues) {
      const options = this.#optionsAt(issue.place, stretches)
      if (issue.details.global !== undefined) {
        globals.push({issue, options})
        this.#collect(issue, options)
      } else if (passes(issue, options)) this.#findings.push(this.#finding(issue, besidesOf(issue, options)))
    }
    for (const {issue, options} of globals) this.#global(issue, options)
    return {
      findings: this.#findings.sort(compareFindings),
      pending: this.#pending,
      defines: [...this.#defined],
      uses: [...this.#used],
    }
  }

  #stretches(layers: readonly OptionSet[], cache: OptionCache): readonly Stretch[] {
    const stack = [...layers]
    const stretches = [{line: 1, options: cache.of(stack)}]
    for (const {line, removed, added} of this.#report.changes) {
      if (line > this.#report.text.lineStarts.length) break
      stack.splice(stack.length - removed, removed)
      if (added !== undefined) stack.push(this.#valid(added, cache))
      stretches.push({line, options: cache.of(stack)})
    }
    return stretches
  }

  #valid(
    {options, place}: NonNullable<Report['changes'][number]['added']>,
    {standards}: OptionCache,
  ): OptionSet {
    const {std} = options
    const unknown = typeof std === 'string' ? unknownStandard(std, standards) : undefined
    const pattern = invalidPattern(options)
    if (unknown === undefined && pattern === undefined) return options
    const text =
      unknown === undefined
        ? `Invalid pattern '${pattern ?? ''}'`
        : `invalid value of option 'std': unknown std '${unknown}'`
    this.#findings.push(this.#finding({code: '021', place, details: {text}}, noBesides))
    return nothing
  }

  #optionsAt([start]: Span, stretches: readonly Stretch[]): Effective {
    const [first] = stretches
    if (first === undefined) throw new Error('no options')
    if (stretches.length === 1) return first.options
    const line = this.#report.text.lineAt(start)
    let low = 0
    let high = stretches.length
    while (low + 1 < high) {
      const middle = (low + high) >>> 1
      if ((stretches[middle]?.line ?? 0) <= line) low = middle
      else high = middle
    }
    return (stretches[low] ?? first).options
  }

  #lengths(stretches: readonly Stretch[]): void {
    const {lineStarts, lineEnds} = this.#report.text
    for (const [index, {line: from, options}] of stretches.entries()) {
      const to = stretches[index + 1]?.line ?? lineStarts.length + 1
      const {code, string, comment} = options.maxLength
      const shortest = Math.min(code || Infinity, string || Infinity, comment || Infinity)
      for (let line = from; line < to; line += 1) {
        // Bytes are never fewer than characters.
        if ((lineEnds[line - 1] ?? 0) - (lineStarts[line - 1] ?? 0) > shortest) this.#length(line, options)
      }
    }
  }

  #length(line: number, {maxLength, passes: passesRules}: Effective): void {
    const {text, lineKinds} = this.#report
    const kind = lineKinds[line]
    const {code, comment, string} = maxLength
    const limit = kind === lineKind.string ? string : kind === lineKind.comment ? comment : code
    const length = text.lengthOf(line)
    if (limit === false || length <= limit || !passesRules('631')) return
    const about = {code: '631', line, column: limit + 1, endColumn: length}
    const message = messageOf({...about, details: {}, limitLength: limit})
    this.#findings.push({...about, message})
  }

  /** Notes globals that the file defines or uses where options let it define them. */
  #collect({code, details}: Issue, options: Effective): void {
    const {name = '', global} = details
    if (code !== '111') this.#used.add(name)
    else if (defines(options, global?.isTop)) (options.module ? this.#own : this.#defined).add(name)
  }

  #global(issue: Issue, options: Effective): void {
    const {code, details} = issue
    const {name = ''} = details
    if (code !== '111') {
      if (!this.#own.has(name)) this.#globalUse(issue, code, {options, unless: 'defined'})
    } else if (options.module) {
      if (!this.#own.has(name)) this.#globalUse(issue, code, {options, unless: undefined})
    } else if (defines(options, details.global?.isTop))
      this.#globalUse(issue, '131', {options, unless: 'used'})
    else this.#globalUse(issue, code, {options, unless: 'defined'})
  }

  /** @param at `unless` is undefined where a global is set in a module */
  #globalUse(
    issue: Issue,
    given: string,
    {options, unless}: {readonly options: Effective; readonly unless: Pending['unless'] | undefined},
  ): void {
    const isModule = unless === undefined
    const {name = '', global} = issue.details
    const {keys = noKeys, aliased, indirect = false} = global ?? {}
    const status = statusOf({name, keys}, options.std)
    // Nearly every use of a global is of one that there is.
    if (given === '113' && status !== 'undefined') return
    const isKnown = statusOf({name, keys: noKeys}, options.std) !== 'undefined'
    let code = given
    if ((code === '111' || code === '112') && !isModule && status === 'read-only')
      code = `12${code.charAt(2)}`
    else if ((code === '112' || code === '113') && isKnown) code = `14${code.charAt(2)}`
    if (/^1[14]/.test(code)) {
      const ofAlias = keys.slice(0, aliased === undefined ? undefined : aliased - 1)
      if (indirect && statusOf({name, keys: ofAlias}, options.std) === 'undefined') return
      if (!isModule && status !== 'undefined') return
    }
    if (!options.passes(code, name)) return
    const path = keys.map((key) => (typeof key === 'string' ? printable(key) : '?')).join('.')
    const finding = this.#finding(
      {code, place: issue.place, details: issue.details},
      {path, isModule, maxComplexity: undefined},
    )
    if (unless === undefined) this.#findings.push(finding)
    else this.#pending.push({finding, name, unless})
  }

  #finding({code, place, details}: Issue, besides: Besides): Finding {
    const {text} = this.#report
    const {name, other, fix} = details
    const line = text.lineAt(place[0])
    const endColumn = text.endColumn(line, place[1])
    // Property by property: spreading costs many times as much in code that has not run often.
    const finding: Writable<Finding> = {
      code,
      line,
      column: text.column(line, place[0]),
      endColumn,
      message: messageOf({
        code,
        details,
        endColumn,
        otherLine: other === undefined ? undefined : text.lineAt(other[0]),
        path: besides.path,
        isModule: besides.isModule,
        limitLength: undefined,
        maxComplexity: besides.maxComplexity,
      }),
    }
    if (name !== undefined) finding.name = name
    if (fix !== undefined) finding.fix = fix
    return finding
  }
}

type Writable<T> = {-readonly [K in keyof T]: T[K]}

const noKeys: readonly Key[] = []

function besidesOf({details}: Issue, {maxComplexity}: Effective): Besides {
  return details.complexity === undefined ? noBesides : {...noBesides, maxComplexity: maxComplexity || 0}
}

function defines({allowDefined, allowDefinedTop}: Effective, isTop = false): boolean {
  return allowDefined || (allowDefinedTop && isTop)
}

/** Whether an issue that is about no global is to be reported. */
function passes({code, details}: Issue, options: Effective): boolean {
  const {name, complexity, useless, secondary, self} = details
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
