/** Writes a text as roff that means just that; lines of it are filled. */
export function prose(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  return guarded(escaped(flat))
}

/** Writes a text that keeps its lines. */
export function literal(text: string): string {
  return ['.EX', ...text.split('\n').map((line) => guarded(escaped(line))), '.EE'].join('\n')
}

/** Writes a word as it is typed. */
export function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`
}

/** Writes what a value stands for. */
export function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`
}

/** Returns a heading. */
export function heading(text: string, level: 1 | 2 = 1): string {
  return `.${level === 1 ? 'SH' : 'SS'} ${guarded(escaped(text))}`
}

/** Returns a paragraph with a term that hangs in front of it. */
export function item(term: string, text: string): string {
  return `.TP\n${guarded(term)}\n${prose(text)}`
}

const characters: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
  '…': '...',
  '·': '\\(pc',
}

/** Throws for a character that no page has needed yet: not every terminal of a manual page has it. */
function escaped(text: string): string {
  const safe = text.replaceAll(/[\\'`^~"…·-]/g, (character) => characters[character] ?? character)
  const foreign = /[^\n\x20-\x7e]/.exec(safe)
  if (foreign !== null) throw new Error(`expected a way to write ${JSON.stringify(foreign[0])} in roff`)
  return safe
}

/** A line of roff that begins with a dot is a request. */
function guarded(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line
}
