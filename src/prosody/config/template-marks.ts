/** A part of a template that stands under one of its conditions. */
export interface Region {
  readonly start: number
  readonly end: number
}

/** What a template is without its marks. */
export interface Unmarked {
  /** Of the same length, line by line. */
  readonly lua: string
  /** In order of their beginnings. */
  readonly regions: readonly Region[]
  /** Marks that may be put in as whole statements. */
  readonly insertions: readonly {readonly at: number; readonly text: string}[]
}

/** Stands for each character of a mark in a string. */
export const filler = '\x01'

/** Tells whether a text has marks of Go's text/template, none of which is Lua. */
export function hasMarks(source: string): boolean {
  return /\{\{-?\s*(?:\/\*|(?:if|else|end|range|with|define|block|template)\b|\$|\.[A-Z])/.test(source)
}

/** Takes the marks out of a template: in strings and as values they become what can be told from all else. */
export function withoutMarks(source: string): Unmarked {
  const scan = new Scan(source)
  while (scan.goOn());
  return scan.result()
}

const opening = /^(?:if|range|with|define|block)\b/

class Scan {
  readonly #source: string
  readonly #made: string[] = []
  readonly #regions: {start: number; end: number}[] = []
  readonly #open: {start: number; end: number}[] = []
  readonly #insertions: {at: number; text: string}[] = []
  #at = 0
  #brackets = 0
  /** The character of code before this one that is no blank. */
  #before = ''
  #word = ''

  constructor(source: string) {
    this.#source = source
  }

  goOn(): boolean {
    const rest = this.#source[this.#at]
    if (rest === undefined) return false
    if (this.#source.startsWith('{{', this.#at)) this.#mark('code')
    else if (this.#source.startsWith('--', this.#at)) this.#comment()
    else if (rest === '"' || rest === "'") this.#quoted(rest)
    else if (rest === '[' && this.#longBracket() !== undefined) this.#long('string')
    else this.#plain(rest)
    return true
  }

  result(): Unmarked {
    for (const one of this.#open) one.end = this.#source.length
    return {lua: this.#made.join(''), regions: this.#regions, insertions: this.#insertions}
  }

  #plain(character: string): void {
    if ('{(['.includes(character)) this.#brackets += 1
    if ('})]'.includes(character)) this.#brackets -= 1
    if (/\s/.test(character)) {
      this.#made.push(character)
      this.#at += 1
      return
    }
    const isWord = /\w/.test(character)
    this.#word =
      isWord && /\w/.test(this.#source[this.#at - 1] ?? '') ? this.#word + character : isWord ? character : ''
    this.#before = character
    this.#made.push(character)
    this.#at += 1
  }

  #comment(): void {
    this.#made.push('--')
    this.#at += 2
    if (this.#longBracket() !== undefined) {
      this.#long('comment')
      return
    }
    while (this.#at < this.#source.length && this.#source[this.#at] !== '\n') {
      if (this.#source.startsWith('{{', this.#at)) this.#mark('comment')
      else this.#copy(1)
    }
  }

  #quoted(quote: string): void {
    this.#copy(1)
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at]
      if (this.#source.startsWith('{{', this.#at)) this.#mark('string')
      else if (character === '\\') this.#copy(2)
      else {
        this.#copy(1)
        if (character === quote || character === '\n') break
      }
    }
    this.#before = quote
    this.#word = ''
  }

  #longBracket(): string | undefined {
    return /^\[(=*)\[/.exec(this.#source.slice(this.#at, this.#at + 40))?.[1]
  }

  #long(where: 'string' | 'comment'): void {
    const end = `]${this.#longBracket() ?? ''}]`
    this.#copy(end.length)
    while (this.#at < this.#source.length && !this.#source.startsWith(end, this.#at)) {
      if (this.#source.startsWith('{{', this.#at)) this.#mark(where)
      else this.#copy(1)
    }
    this.#copy(end.length)
    this.#before = ']'
    this.#word = ''
  }

  #copy(count: number): void {
    this.#made.push(this.#source.slice(this.#at, this.#at + count))
    this.#at += count
  }

  #mark(where: 'code' | 'string' | 'comment'): void {
    const start = this.#at
    const end = endOfMark(this.#source, start)
    const mark = this.#source.slice(start, end)
    const body = bodyOf(mark)
    if (where === 'code' && /^if\b/.test(body) && this.#choice(start, end)) return
    this.#at = end
    this.#condition(body, start, end)
    const isValue = !opening.test(body) && !/^(?:else\b|end\b|\/\*|\$\w+\s*:?=)/.test(body)
    if (where === 'string') this.#fill(mark, filler)
    else if (where === 'comment' || !isValue) this.#fill(mark, ' ')
    else if (this.#isInExpression(end)) {
      this.#fill(mark, '_')
      this.#before = '_'
    } else {
      this.#insertions.push({at: start, text: mark})
      this.#fill(mark, ' ')
    }
  }

  /** Of `x = {{ if … }}a{{ else }}b{{ end }}` and of a comma that stands under a condition; whether it is either. */
  #choice(start: number, end: number): boolean {
    const isValue = /[=.<>~+\-*/%^#]$/.test(this.#before) || /^(?:return|and|or|not)$/.test(this.#word)
    const close = endOfCondition(this.#source, end)
    const all = this.#source.slice(start, close)
    const comma = /^(\s*)[,;]\s*\{\{-?\s*end\s*-?\}\}$/.exec(this.#source.slice(end, close))
    if (!isValue && comma === null) return false
    this.#at = close
    if (isValue) {
      this.#fill(all, '_')
      this.#before = '_'
      return true
    }
    // Where something stands before it that is in the table in any case, so is the comma.
    const at = end - start + (comma?.[1]?.length ?? 0)
    const isNeeded = !'{,;('.includes(this.#before || '{')
    this.#fill(all.slice(0, at), ' ')
    this.#made.push(isNeeded ? ',' : ' ')
    this.#fill(all.slice(at + 1), ' ')
    this.#before = ','
    return true
  }

  #condition(body: string, start: number, end: number): void {
    const isElse = /^else\b/.test(body)
    if (isElse || /^end\b/.test(body)) {
      const last = this.#open.pop()
      if (last !== undefined) last.end = start
    }
    if (!isElse && !opening.test(body)) return
    const region = {start: end, end: this.#source.length}
    this.#open.push(region)
    this.#regions.push(region)
  }

  /** Whether a value is to stand here, and no statement. */
  #isInExpression(end: number): boolean {
    if (this.#brackets > 0 || '=,.<>~+-*/%^#'.includes(this.#before || ' ')) return true
    if (/^(?:return|and|or|not)$/.test(this.#word)) return true
    return /\w/.test(this.#source[end] ?? '') || /\w/.test(this.#made.at(-1)?.at(-1) ?? '')
  }

  /** Line ends stay where they are, but for those in strings, which Lua does not take. */
  #fill(mark: string, character: string): void {
    this.#made.push(mark.replace(/[^\r\n]/g, character))
  }
}

function bodyOf(mark: string): string {
  return mark.replace(/^\{\{-?\s*/, '').replace(/\s*-?\}\}$/, '')
}

/** Behind the `end` of a condition that begins before `from`. */
function endOfCondition(source: string, from: number): number {
  let depth = 1
  for (let at = source.indexOf('{{', from); at >= 0;) {
    const end = endOfMark(source, at)
    const body = bodyOf(source.slice(at, end))
    if (opening.test(body)) depth += 1
    if (/^end\b/.test(body)) depth -= 1
    if (depth === 0) return end
    at = source.indexOf('{{', end)
  }
  return source.length
}

/** Strings in a mark may have braces. */
function endOfMark(source: string, start: number): number {
  const part = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|\/\*[\s\S]*?\*\/|\}\}/g
  part.lastIndex = start + 2
  for (let found = part.exec(source); found !== null; found = part.exec(source))
    if (found[0] === '}}') return part.lastIndex
  return source.length
}
