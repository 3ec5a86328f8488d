import {digestOf} from '../../digest.ts'

/** How a kind of file writes a comment of one line. */
export interface CommentStyle {
  readonly start: string
  readonly end: string
}

const styles: Readonly<Record<'--' | '#' | '<!--', CommentStyle>> = {
  '--': {start: '-- ', end: ''},
  '#': {start: '# ', end: ''},
  '<!--': {start: '<!-- ', end: ' -->'},
}

/** The beginning of a comment by which a style is named. */
export type Comment = keyof typeof styles

/** Writes an empty place for lines of the user's own: what stands between its two lines is kept. */
export function userSection(name: string, comment: Comment, indent = ''): string {
  const {start, end} = styles[comment]
  return `${indent}${start}[yours: ${name}] what stands between these two lines is kept${end}\n${indent}${start}[/yours: ${name}]${end}\n`
}

const section =
  /^(?<open>[^\n]*\[yours: (?<name>[a-z]+)\][^\n]*\n)(?<body>(?:[^\n]*\n)*?)(?<close>[^\n]*\[\/yours: \k<name>\][^\n]*\n?)/gm

/** Returns what stands in the user's sections of a text, by name; of two with one name, the first. */
export function sectionsIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const {groups} of text.matchAll(section)) {
    const {name = '', body = ''} = groups ?? {}
    if (!found.has(name)) found.set(name, body)
  }
  return found
}

/** Puts what stood in the user's sections into those of a text; what has no section of its name there is left out. */
export function withSections(text: string, bodies: ReadonlyMap<string, string>): string {
  return text.replaceAll(section, (_all, ...rest) => {
    const {open = '', name = '', body = '', close = ''} = rest.at(-1) as Readonly<Record<string, string>>
    return `${open}${bodies.get(name) ?? body}${close}`
  })
}

const seal = /^[^\n]*Sealed: (sha256:[0-9a-f]{64})[^\n]*\n/m

/** Puts the line that vouches for all of a text but the user's sections behind its `head`. */
export function sealed(head: string, body: string, comment: Comment): string {
  const {start, end} = styles[comment]
  return `${head}${start}Sealed: ${digestOf(bare(head + body))}${end}\n${body}`
}

/** Tells whether a text was written by prosody-mods and changed in nothing but the user's sections. */
export function isSealedText(text: string): boolean {
  const found = seal.exec(text)
  if (found === null) return false
  const rest = text.slice(0, found.index) + text.slice(found.index + found[0].length)
  return digestOf(bare(rest)) === found[1]
}

/** Tells whether a text was written by prosody-mods, perhaps with changes of somebody else. */
export function hasSeal(text: string): boolean {
  return seal.test(text)
}

/** A text with its sections empty. */
function bare(text: string): string {
  return text.replaceAll(section, (_all, ...rest) => {
    const {open = '', close = ''} = rest.at(-1) as Readonly<Record<string, string>>
    return open + close
  })
}
