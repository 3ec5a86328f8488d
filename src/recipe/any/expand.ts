import type {Entry} from './outline.ts'
import type {Names} from './names.ts'
import {valueOf} from './names.ts'

/** What a loop gives its variable: a word, or names with words. */
export type Bound = string | ReadonlyMap<string, string>

/** A text with variables put in. */
export interface Expanded {
  /** What can't be told stands as it is written. */
  readonly text: string
  readonly unknown: readonly string[]
  /** What gave the values. */
  readonly used: readonly Entry[]
}

/** Where an expansion is made. */
export interface Place {
  readonly names: Names
  readonly line: number
  /** Of loops, by variable; undefined of one whose list can't be told. */
  readonly bound: ReadonlyMap<string, Bound | undefined>
}

interface Expansion extends Place {
  readonly unknown: Set<string>
  readonly used: Set<Entry>
  /** What is being put in, so that names that name each other end. */
  readonly open: Set<Entry>
  /** So that names of names of names end soon. */
  left: number
}

const longest = 4000

/** How variables are written, each with the expression in its first group that is there. */
export const variable =
  /\$?\{\{-?([^{}\n]{1,200})\}\}|\$\{([^{}\n]{1,200})\}|\[\[-?([^[\]\n]{1,200})\]\]|\$\(([A-Za-z_]\w{0,80})\)|\$([A-Za-z_]\w{0,80})/g

/** Puts values into a text: those of loops, of names that the same text sets, and defaults that stand in it. */
export function expand(text: string, place: Place): Expanded {
  const expansion: Expansion = {...place, unknown: new Set(), used: new Set(), open: new Set(), left: 50}
  const expanded = fill(text, expansion, 0)
  return {text: expanded, unknown: [...expansion.unknown], used: [...expansion.used]}
}

/** Lists the names that a text's variables are of, loops' variables among them. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(variable)].map((found) => readExpression(expressionOf(found)).name ?? '')
}

function fill(text: string, expansion: Expansion, depth: number): string {
  return text.replace(variable, (...groups: unknown[]) => {
    const found = groups.slice(0, 6).map((group) => (typeof group === 'string' ? group : undefined))
    const value = evaluate(expressionOf(found), expansion, depth)
    if (value !== undefined) return value
    expansion.unknown.add(readExpression(expressionOf(found)).name ?? expressionOf(found).trim())
    return found[0] ?? ''
  })
}

function expressionOf(found: readonly (string | undefined)[]): string {
  return found.slice(1).find((group) => group !== undefined) ?? ''
}

function evaluate(expression: string, expansion: Expansion, depth: number): string | undefined {
  if (depth > 10 || expansion.left-- <= 0) return undefined
  const {name, literal, fallback, isPlain} = readExpression(expression)
  if (literal !== undefined || isPlain === false) return literal
  const value =
    name === undefined ? undefined : (boundValue(name, expansion) ?? namedValue(name, expansion, depth))
  return value ?? (fallback === undefined ? undefined : fill(fallback, expansion, depth + 1))
}

function boundValue(name: string, {bound}: Place): string | undefined {
  const [first = '', ...rest] = name.split('.')
  const value = bound.get(first)
  if (value === undefined || typeof value === 'string') return rest.length === 0 ? value : undefined
  return value.get(rest.join('.'))
}

function namedValue(name: string, expansion: Expansion, depth: number): string | undefined {
  const entry = valueOf(expansion.names, name, expansion.line)
  if (entry === undefined || expansion.open.has(entry) || !isScalar(entry.value)) return undefined
  const unknown = new Set(expansion.unknown)
  expansion.open.add(entry)
  const text = fill(entry.value, expansion, depth + 1)
  expansion.open.delete(entry)
  if (text.length <= longest && expansion.unknown.size === unknown.size) {
    expansion.used.add(entry)
    return text
  }
  for (const added of expansion.unknown) if (!unknown.has(added)) expansion.unknown.delete(added)
  return undefined
}

/** Lists, maps, blocks of text and code are no value that goes into a word. */
function isScalar(value: string): boolean {
  const plain = value.replace(variable, 'x')
  return plain !== '' && !/^(?:[|>][-+\d]*$|[[{])|[\n(]/.test(plain)
}

interface Expression {
  readonly name?: string
  /** Whether the name's value is the expression's; else a filter makes something of it. */
  readonly isPlain?: boolean
  readonly literal?: string
  readonly fallback?: string
}

/** Reads `name`, `name.key`, `name['key']`, `.Values.name`, `'text'`, each with `| default('x')`, and `name:-x` of shells. */
export function readExpression(text: string): Expression {
  const trimmed = text.replace(/-$/, '').trim()
  const shell = /^([A-Za-z_]\w{0,80})(?::?[-=](.*))?$/.exec(trimmed)
  if (shell !== null)
    return {name: shell[1] ?? trimmed, ...(shell[2] === undefined ? {} : {fallback: shell[2]})}
  const [head = '', ...filters] = trimmed.split('|').map((part) => part.trim())
  const literal = /^(["'])([^"']*)\1$/.exec(head)?.[2]
  const fallback = filters.map(readDefault).find((value) => value !== undefined)
  const rest = fallback === undefined ? {} : {fallback}
  if (literal !== undefined) return {literal}
  const isPlain = filters.every((filter) => isHarmless(filter))
  const name = nomadName(head)
    .replace(/\[["']([\w-]{1,80})["']\]/g, '.$1')
    .replace(/^\$?\./, '')
  return /^[A-Za-z_][\w.-]*$/.test(name) ? {name, isPlain, ...rest} : rest
}

/** Templates of Nomad: `var "name" .`, `env "NAME"`. */
function nomadName(head: string): string {
  return /^(?:var|env|meta|key)\s+["']([\w./-]{1,80})["'](?:\s+\.)?$/.exec(head)?.[1] ?? head
}

function readDefault(filter: string): string | undefined {
  return /^(?:default|d)(?:\(\s*|\s+)(["'])([^"']*)\1/.exec(filter)?.[2]
}

function isHarmless(filter: string): boolean {
  return /^(?:default|d|string|trim|quote|toString|mandatory)\b/.test(filter)
}
