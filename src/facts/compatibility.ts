/** What the table of a README says of a version of Prosody. */
export interface Compatibility {
  /** As it is written: `0.12`, `13`, `0.10 and later`, `trunk as of 2025-05-25`; `trunk` is what is in development. */
  readonly prosody: string
  /** Whether the module works with it; null where that is not said plainly. */
  readonly works: boolean | null
}

/** A table has a line for each version of Prosody that there was. */
const mostRows = 32

/** Characters. */
const longestRow = 400

const row =
  /^[ \t]*[|*-]?[ \t]*(?:prosody[ \t]+)?(trunk|\d+(?:\.\d+){0,2}(?:\.x)?)(\+|[ \t]+(?:(?:and|or)[ \t]+(?:later|newer|greater|up|earlier|older|lower)|as of \d{4}-\d\d-\d\d))?(?:\.(?:\s.*)?$|(?:[ \t]*[|:]|[ \t]{2,}|[ \t]+(?=[a-z])|[ \t]*$)[ \t]*(.*)$)/i
const works = /^(?:(?:will )?works?|yes|ok|compatible|supported|tested)\b(?!.*\b(?:not|broken|but)\b)/i
const fails =
  /^(?:(?:does|do|will) ?n[o'’]?t|won['’]?t|(?:currently )?not (?:works?|support|compatible)|no\b(?! (?:longer|need))|incompatible|broken|unsupported|fails?\b)/i

/** Reads the rows of a README's section on compatibility; [] where there is none, or only sentences. */
export function compatibilityIn(readme: string): readonly Compatibility[] {
  const found = new Map<string, boolean | null>()
  for (const line of sectionIn(readme.split(/\r?\n/))) {
    const [, version = '', span = '', status = ''] = row.exec(line.slice(0, longestRow)) ?? []
    const since = span === '+' ? 'and later' : span.trim()
    const prosody = `${version.replace(/\.x$/i, '')} ${since}`.trim().toLowerCase()
    if (status === '' && since === '') continue
    if (version === '' || found.has(prosody) || found.size === mostRows) continue
    const known = worksBy(status.replaceAll(/[*_`|]/g, '').trim(), since)
    // A sentence may begin with a number, too.
    if (known !== null || /^[ \t]{2}|\||\S[ \t]{2}/.test(line)) found.set(prosody, known)
  }
  return [...found].map(([prosody, known]) => ({prosody, works: known}))
}

/** Of a span alone, as in "0.12 and later.", a section on compatibility says that it works there. */
function worksBy(status: string, span: string): boolean | null {
  if (status === '') return /later|newer|greater|up/i.test(span) ? true : null
  return works.test(status) ? true : fails.test(status) ? false : null
}

/** The lines below a heading that speaks of compatibility, up to the next heading. */
function sectionIn(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line, index) => /compatib/i.test(line) && isHeading(lines, index))
  if (start < 0) return []
  // An underlined heading has a line more.
  const first = start + 2
  const end = lines.findIndex((_, index) => index >= first && isHeading(lines, index))
  return lines.slice(start + 1, end < 0 ? undefined : end)
}

function isHeading(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? ''
  return (
    /^#{1,6}[ \t]*\S/.test(line) ||
    (/^[^\s|#-]/.test(line) && /^(?:=+|-+)[ \t]*$/.test(lines[index + 1] ?? ''))
  )
}
