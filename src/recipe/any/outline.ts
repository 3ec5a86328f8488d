import type {TextSource} from './source.ts'
import {lineStart} from './source.ts'

/** A line `key: value` or `key = value`. */
export interface Entry {
  readonly key: string
  /** Quotes and comment taken off; '' where it stands on the lines below. */
  readonly value: string
  readonly separator: ':' | '='
  readonly line: number
  /** Offset of the value in the text. */
  readonly valueAt: number
  /** Whether it is of the text that is read, not of one that gives it values. */
  readonly isOwn: boolean
}

/** Entries that stand side by side: of one YAML mapping, one section, or one block. */
export interface Mapping {
  readonly column: number
  readonly firstLine: number
  /** Of what stands below its entries too. */
  lastLine: number
  readonly entries: Entry[]
  /** The first of each key. */
  readonly byKey: Map<string, Entry>
  /** The entry that it is the value of; undefined at the top. */
  readonly owner: Entry | undefined
  readonly parent: Mapping | undefined
}

/** A member of a list by dashes. */
export interface Item {
  readonly line: number
  /** The text behind the dash, quotes and comment taken off; of `- key: value` ''. */
  readonly value: string
  readonly valueAt: number
  /** Of `- key: value`. */
  readonly mapping: Mapping | undefined
}

/** What a text says by indentation alone: templates that no parser of YAML takes have it too. */
export interface Outline {
  readonly mappings: readonly Mapping[]
  /** By line, from 1: the innermost that the line is in. */
  readonly mappingOf: readonly (Mapping | undefined)[]
  /** Members of the list below an entry. */
  readonly itemsOf: ReadonlyMap<Entry, readonly Item[]>
  /** The mapping below an entry: of a list its last member's. */
  readonly below: ReadonlyMap<Entry, Mapping>
}

interface Line {
  readonly line: number
  readonly column: number
  readonly hasDash: boolean
  readonly rest: string
  readonly restAt: number
}

interface Reading {
  readonly isOwn: boolean
  readonly stack: Mapping[]
  readonly mappings: Mapping[]
  readonly mappingOf: (Mapping | undefined)[]
  readonly itemsOf: Map<Entry, Item[]>
  readonly below: Map<Entry, Mapping>
}

/**
 * Reads the outline of a text. Never throws; its time grows with the length of the text alone.
 * @param isOwn whether it is the text that references are looked for in
 */
export function readOutline(source: TextSource, isOwn = true): Outline {
  const reading: Reading = {
    isOwn,
    stack: [],
    mappings: [],
    mappingOf: [],
    itemsOf: new Map(),
    below: new Map(),
  }
  for (let line = 1; line <= source.lines.length; line++) {
    const read = readLine(source, line)
    if (read !== undefined) takeLine(reading, read)
    reading.mappingOf[line] = reading.stack.at(-1)
  }
  closeAbove(reading, -1, source.lines.length)
  return reading
}

/** Blank lines and comments say nothing of the outline. */
function readLine(source: TextSource, line: number): Line | undefined {
  const text = source.lines[line - 1] ?? ''
  const lead = /^[ \t]*(?:-[ \t]+)*/.exec(text)?.[0] ?? ''
  const rest = text.slice(lead.length)
  if (rest === '' || rest.startsWith('#')) return undefined
  const restAt = lineStart(source, line) + lead.length
  return {line, column: lead.length, hasDash: lead.includes('-'), rest, restAt}
}

function takeLine(reading: Reading, line: Line): void {
  if (/^\[[^\]]*\]\]?\s*(?:#.*)?$/.test(line.rest) && !line.hasDash) {
    closeAbove(reading, -1, line.line - 1)
    return
  }
  closeAbove(reading, line.hasDash ? line.column - 1 : line.column, line.line - 1)
  const entry = readEntry(line, reading.isOwn)
  const mapping = entry === undefined ? undefined : mappingFor(reading, line, entry)
  if (line.hasDash) takeItem(reading, line, mapping)
  if (entry === undefined || mapping === undefined) return
  mapping.entries.push(entry)
  if (!mapping.byKey.has(entry.key)) mapping.byKey.set(entry.key, entry)
}

/** Ends mappings whose column is greater than this one. */
function closeAbove(reading: Reading, column: number, lastLine: number): void {
  for (let top = reading.stack.at(-1); top !== undefined && top.column > column;) {
    top.lastLine = Math.max(top.firstLine, lastLine)
    reading.stack.pop()
    top = reading.stack.at(-1)
  }
}

function mappingFor(reading: Reading, line: Line, entry: Entry): Mapping {
  const top = reading.stack.at(-1)
  if (top?.column === line.column) return top
  const made: Mapping = {
    column: line.column,
    firstLine: entry.line,
    lastLine: entry.line,
    entries: [],
    byKey: new Map(),
    owner: top?.entries.at(-1),
    parent: top,
  }
  reading.stack.push(made)
  reading.mappings.push(made)
  if (made.owner !== undefined) reading.below.set(made.owner, made)
  return made
}

function takeItem(reading: Reading, line: Line, mapping: Mapping | undefined): void {
  const owner = mapping === undefined ? reading.stack.at(-1)?.entries.at(-1) : mapping.owner
  if (owner === undefined) return
  const items = reading.itemsOf.get(owner) ?? []
  const [value, skipped] = mapping === undefined ? bareValue(line.rest) : ['', 0]
  items.push({line: line.line, value, valueAt: line.restAt + skipped, mapping})
  reading.itemsOf.set(owner, items)
}

const entryHead =
  /^(?:let[ \t]+|export[ \t]+|local[ \t]+|readonly[ \t]+|ARG[ \t]+|ENV[ \t]+)?(["']?)([A-Za-z_$][\w.:+-]{0,120}?)\1[ \t]{0,40}(?::=|\?=|:(?=[ \t]|$)|=(?!=))[ \t]*/

function readEntry(line: Line, isOwn: boolean): Entry | undefined {
  const head = entryHead.exec(line.rest)
  const key = head?.[2]
  if (head === null || key === undefined) return undefined
  const [value, skipped] = bareValue(line.rest.slice(head[0].length))
  const separator = head[0].includes('=') ? '=' : ':'
  return {key, value, separator, line: line.line, valueAt: line.restAt + head[0].length + skipped, isOwn}
}

/** Takes quotes and a comment off a value. Returns it, and how many characters in front of it were left out. */
export function bareValue(text: string): readonly [value: string, skipped: number] {
  const quote = text[0]
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1)
    if (end > 0) return [text.slice(1, end), 1]
  }
  const comment = text.search(/(?:^|[ \t])#/)
  const bare = (comment < 0 ? text : text.slice(0, comment)).trimEnd()
  return [/[;,]$/.test(bare) ? bare.slice(0, -1).trimEnd() : bare, 0]
}
