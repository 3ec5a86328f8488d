import {NotExact} from './not-exact.ts'
import {matchFrom} from './pattern.ts'
import {replacementFor} from './replacement.ts'
import type {Address, SedCommand, Substitution} from './types.ts'

/** Does to a text what `sed -i` does to a file. Throws NotExact. @param text one character a byte or a letter */
export function runSed(commands: readonly SedCommand[], text: string): string {
  return new Run(commands, text).run()
}

/** A line while it is edited. */
interface Line {
  readonly number: number
  readonly isLast: boolean
  text: string
  isDeleted: boolean
  /** What is written in front of it and behind it. */
  before: string
  after: string
}

/** A range that has begun, and where it ends. */
interface Range {
  readonly end: number | undefined
}

class Run {
  readonly #commands: readonly SedCommand[]
  readonly #lines: readonly string[]
  /** Whether the last line has an end. */
  readonly #isWhole: boolean
  readonly #ranges = new Map<SedCommand, Range>()
  readonly #begun = new Set<SedCommand>()

  constructor(commands: readonly SedCommand[], text: string) {
    this.#commands = commands
    const lines = text.split('\n')
    this.#isWhole = lines.at(-1) === ''
    this.#lines = this.#isWhole ? lines.slice(0, -1) : lines
  }

  run(): string {
    let written = ''
    for (const [index, text] of this.#lines.entries()) {
      const isLast = index === this.#lines.length - 1
      const line: Line = {number: index + 1, isLast, text, isDeleted: false, before: '', after: ''}
      this.#runAll(this.#commands, line)
      const hasEnd = !isLast || this.#isWhole || line.after !== ''
      written += `${line.before}${line.isDeleted ? '' : `${line.text}${hasEnd ? '\n' : ''}`}${line.after}`
    }
    return written
  }

  #runAll(commands: readonly SedCommand[], line: Line): void {
    for (const command of commands) {
      const isFor = this.#isFor(command, line) !== command.isNegated
      if (!isFor) continue
      const {action} = command
      switch (action.kind) {
        case 'group':
          this.#runAll(action.commands, line)
          break
        case 'substitute':
          line.text = substituted(line.text, action.substitution)
          break
        case 'append':
          line.after += action.text
          break
        case 'insert':
          line.before += action.text
          break
        case 'replace':
          // Of a range the text is written once, at its end.
          if (command.to === undefined || command.isNegated || !this.#ranges.has(command))
            line.before += action.text
          line.isDeleted = true
          break
        case 'delete':
          line.isDeleted = true
      }
      if (line.isDeleted) return
    }
  }

  #isFor(command: SedCommand, line: Line): boolean {
    const {from, to} = command
    if (from === undefined) return true
    if (to === undefined) return isAt(from, line)
    const range = this.#ranges.get(command)
    if (range === undefined) {
      if (!isAt(from, line)) {
        if (from.kind === 'line' && line.number > from.number && !this.#begun.has(command))
          throw new NotExact('a range whose beginning no command has seen')
        return false
      }
      this.#begun.add(command)
      const end = to.kind === 'more' ? line.number + to.number : to.kind === 'line' ? to.number : undefined
      const isOne = (end !== undefined && end <= line.number) || (to.kind === 'last' && line.isLast)
      if (!isOne) this.#ranges.set(command, {end})
      return true
    }
    if (range.end !== undefined && line.number > range.end)
      throw new NotExact('a range whose end no command has seen')
    const isEnd = range.end === undefined ? isAt(to, line) : line.number === range.end
    if (isEnd) this.#ranges.delete(command)
    return true
  }
}

function isAt(address: Address, {number, isLast, text}: Line): boolean {
  switch (address.kind) {
    case 'line':
      return address.number === number
    case 'last':
      return isLast
    case 'match':
      return matchFrom(address.pattern, text, 0) !== undefined
    case 'more':
      return false
  }
}

/** An empty match right behind another one is none, as sed has it. */
function substituted(text: string, {pattern, pieces, nth, isGlobal}: Substitution): string {
  let result = ''
  let from = 0
  let behind = -1
  for (let count = 0, at = 0; at <= text.length;) {
    const match = matchFrom(pattern, text, at)
    if (match === undefined) break
    const isEmpty = match.start === match.end
    if (!(isEmpty && match.start === behind)) {
      count += 1
      if (count >= nth) {
        result += text.slice(from, match.start) + replacementFor(pieces, match)
        from = match.end
        if (!isGlobal) break
      }
    }
    behind = match.end
    at = isEmpty ? match.end + 1 : match.end
  }
  return result + text.slice(from)
}
