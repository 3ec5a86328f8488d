import {bareName, isPrefixed} from '../../module-name.ts'
import {isComment} from './comments.ts'
import {expand} from './expand.ts'
import type {Draft} from './found.ts'
import type {Entry, Item} from './outline.ts'
import type {Reading} from './reading.ts'
import {lineAt} from './source.ts'

/** What lists of modules that are fetched or enabled are called, and what lists of others are. */
const lists: readonly RegExp[] = [
  /^(?:XMPP|GLOBAL|PROSODY)_(?:[A-Z]+_)*MODULES(?:_ENABLED|_AVAILABLE)?$/,
  /^(?:.*[_.:-])?(?:community|external|extra|additional|custom|contrib|third_party)[_-]?(?:[a-z]+_)?(?:modules|plugins)$/i,
  /^(?:.*[_.:-])?(?:modules|plugins)_(?:community|external|extra|additional|custom|contrib)$/i,
  /^prosody_plugins$/,
]
const others = /disabled|ignore|remove|absent|blacklist|path|dir/i

/** Values are read this far. */
const reach = 8000

interface Word {
  readonly text: string
  readonly at: number
}

/** Finds modules that are named alone: in lists whose name says that they are of modules, and as members `mod_<name>`. */
export function listReferences(reading: Reading): readonly Draft[] {
  const found = [...inNix(reading), ...ofLines(reading)]
  if (/prosody|jitsi|xmpp/i.test(reading.source.text))
    for (const {entries} of reading.outline.mappings)
      for (const [index, entry] of entries.entries())
        found.push(...ofEntry(reading, entry, entries.slice(index + 1, index + 4)))
  for (const [entry, items] of reading.outline.itemsOf)
    if (!others.test(entry.key)) found.push(...items.flatMap((item) => ofItem(item)))
  return found.flatMap((word) => draftOf(reading, word))
}

/** @param next the entries behind it */
function ofEntry(reading: Reading, entry: Entry, next: readonly Entry[]): readonly Word[] {
  if (isListName(entry.key)) return wordsOf(reading, entry)
  if (entry.key !== 'name' || !isListName(entry.value)) return []
  const value = next.find(({key}) => key === 'value')
  return value === undefined ? [] : wordsOf(reading, value)
}

function isListName(key: string): boolean {
  return !others.test(key) && lists.some((list) => list.test(key))
}

function wordsOf(reading: Reading, entry: Entry): readonly Word[] {
  const items = reading.outline.itemsOf.get(entry)
  if (items !== undefined) return items.flatMap((item) => memberOf(item))
  const {text} = reading.source
  if (text[entry.valueAt] === '[' && text[entry.valueAt + 1] !== '[') return inBrackets(text, entry.valueAt)
  const expanded = expand(entry.value, {names: reading.names, line: entry.line, bound: new Map()})
  const isQuoted = quotes.has(text[entry.valueAt - 1] ?? '')
  const isSaid = isQuoted || /^[A-Z_]+$/.test(entry.key) || /,|^[{$]|^\[\[/.test(entry.value)
  if (!isSaid || isSwitch.test(entry.value)) return []
  if (isWhole.test(entry.value)) return inText(expanded.text, entry.valueAt, false)
  const from = quotes.has(text[entry.valueAt] ?? '') ? entry.valueAt + 1 : entry.valueAt
  const quote = text[from - 1] ?? ''
  const end = quotes.has(quote) ? closeOf(text, from, quote) : entry.valueAt + entry.value.length
  return inText(text.slice(from, end), from, true)
}

const quotes = new Set(['"', "'"])

/** What a setting that lists nothing has. */
const isSwitch = /^(?:true|false|yes|no|on|off|null|none|undef|nil)$/i

/** A value that is a variable and nothing else. */
const isWhole = /^(?:\$\{[^{}]*\}|\{\{[^{}]*\}\}|\$\w+)$/

/** Instructions of templates: what they choose from counts, whatever they choose. */
const instruction = /\[\[[^\]]{0,300}\]\]|\{[{%](?:[^{}]|\$\{[^{}]{0,100}\}){0,300}[%}]\}/g

/** Finds the quote that ends a text; those in the instructions of templates don't. */
function closeOf(text: string, from: number, quote: string): number {
  const limit = Math.min(text.length, from + reach)
  for (let at = from; at < limit; at++) {
    if (text[at] === quote) return at
    const close = text.startsWith('[[', at) ? ']]' : text.startsWith('{{', at) ? '}}' : ''
    const end = close === '' ? -1 : text.slice(at, at + 300).indexOf(close)
    if (end > 0) at += end + 1
  }
  return from
}

function inText(text: string, at: number, isInPlace: boolean): readonly Word[] {
  const plain = text.replace(instruction, (found) => ' '.repeat(found.length))
  return [...plain.matchAll(/[^\s,]+/g)].map((found) => ({
    text: found[0],
    at: isInPlace ? at + found.index : at,
  }))
}

/** Reads a list in brackets, on one line or several, its members in quotes or not. */
function inBrackets(text: string, open: number): readonly Word[] {
  const end = text.slice(open, open + reach).indexOf(']')
  if (end < 0) return []
  const inner = text.slice(open + 1, open + end).replace(/#[^\n]*/g, (found) => ' '.repeat(found.length))
  return [...inner.matchAll(/[^\s,;"']+/g)].map((found) => ({text: found[0], at: open + 1 + found.index}))
}

function memberOf({value, valueAt, mapping}: Item): readonly Word[] {
  if (mapping === undefined) return [{text: value, at: valueAt}]
  const name = mapping.byKey.get('name')
  return name === undefined ? [] : [{text: name.value, at: name.valueAt}]
}

function ofItem({value, valueAt}: Item): readonly Word[] {
  return isPrefixed(value) ? [{text: value, at: valueAt}] : []
}

/** A line that has a module's name in quotes and nothing else: of an array of a script, of a list of JSON. */
function ofLines(reading: Reading): readonly Word[] {
  return [...reading.source.text.matchAll(/^[ \t]*["'](mod_[a-z0-9_]{1,80})["'],?[ \t]*\r?$/gm)].map(
    (found) => ({
      text: found[1] ?? '',
      at: found.index + found[0].indexOf(found[1] ?? ''),
    }),
  )
}

/** The lists that Prosody's package in Nix takes. */
function inNix({source: {text}}: Reading): readonly Word[] {
  const open = /\bwith(?:OnlyInstalled)?CommunityModules[ \t\r\n]{1,20}=[ \t\r\n]{1,20}\[/g
  return [...text.matchAll(open)].flatMap((found) => inBrackets(text, found.index + found[0].length - 1))
}

function draftOf(reading: Reading, word: Word): readonly Draft[] {
  if (!/^(?:mod_)?[a-z][a-z0-9_]*$/.test(word.text) || isComment(reading, word.at)) return []
  const line = lineAt(reading.source, word.at)
  const origin = {kind: 'module', name: bareName(word.text)} as const
  return [{line, lastLine: line, origin, text: word.text, unknown: [], at: word.at, used: []}]
}
