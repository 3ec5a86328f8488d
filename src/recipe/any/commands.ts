import type {TextSource} from './source.ts'
import {lineAt, lineStart, lineText} from './source.ts'
import type {Span} from './urls.ts'

/** What the command says that a URL is an argument of. */
export interface AroundUrl {
  readonly vcs?: 'git' | 'hg'
  readonly ref?: string
}

/** A command is read this far. */
const reach = 1000

/** Reads `hg clone` and `git clone` around a URL. */
export function commandAround(source: TextSource, span: Span): AroundUrl {
  const start = lineStart(source, lineAt(source, span.start))
  const before = source.text.slice(Math.max(start, span.start - reach), span.start)
  const found = /\b(hg|git)[ \t]+(?:-[^ \t]+[ \t]+){0,4}clone[ \t]([^;&|]*)$/.exec(before)
  if (found === null) return {}
  const vcs = found[1] === 'hg' ? 'hg' : 'git'
  const words = commandWords(`${found[2] ?? ''}URL ${rest(source, span.end)}`)
  const flags = vcs === 'hg' ? /^(?:-r|-u|-b|--rev|--updaterev|--branch)$/ : /^(?:-b|--branch|--revision)$/
  const at = words.findIndex((word) => flags.test(word.split('=')[0] ?? ''))
  const word = words[at] ?? ''
  const ref = at < 0 ? undefined : word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1]
  return ref === undefined ? {vcs} : {vcs, ref}
}

/** Returns what stands behind an offset up to the end of the command there: lines that end with `\` go on. */
export function rest(source: TextSource, offset: number): string {
  const first = lineAt(source, offset)
  let text = lineText(source, first).slice(offset - lineStart(source, first))
  for (let line = first + 1; text.endsWith('\\') && text.length < reach && line - first < 20; line++)
    text = `${text.slice(0, -1)} ${lineText(source, line).trim()}`
  return text.slice(0, reach)
}

/** Splits a command's arguments up to what ends it, quotes taken off, variables kept whole. */
export function commandWords(text: string): readonly string[] {
  const plain = text.replace(/["'],[ \t]*["']/g, ' ')
  const words: string[] = []
  for (const [raw] of plain.matchAll(/(?:\{\{[^{}]*\}\}|"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    const end = raw.search(/[;&|)\]`]/)
    const isVariable = raw.includes('{{') || raw.includes('${')
    const word = (end < 0 || isVariable ? raw : raw.slice(0, end)).replace(/["']/g, '')
    if (word.startsWith('#')) break
    if (word !== '') words.push(word)
    if (end >= 0 && !isVariable) break
  }
  return words
}
