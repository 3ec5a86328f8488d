import {exactly, NotExact} from './not-exact.ts'
import {matchFrom} from './pattern.ts'
import {replacementFor} from './replacement.ts'
import {runSed} from './run-sed.ts'
import type {FileEdit, Substitution} from './types.ts'

/** Bytes of a file that is edited, at most: each of its lines may take a while. */
const longest = 512 * 1024

/**
 * Does an edit to the bytes of a file, without running anything. Where programs that read letters and such that read bytes
 * would come to different ends, `why` says so.
 */
export function applyEdit(edit: FileEdit, bytes: Buffer): {readonly value: Buffer} | {readonly why: string} {
  return exactly(() => {
    if (bytes.length > longest) throw new NotExact('the file is longer than any of a module')
    const [byByte, byLetter] = (['latin1', 'utf8'] as const).map((encoding) =>
      Buffer.from(edited(encoded(edit, encoding), bytes.toString(encoding)), encoding),
    )
    if (byByte === undefined || byLetter === undefined) throw new Error('two encodings give two texts')
    if (bytes.includes(0)) throw new NotExact('the file is no text')
    if (!byByte.equals(byLetter))
      throw new NotExact('what it does to letters beyond ASCII depends on the language that the image has')
    return byByte
  })
}

function edited(edit: FileEdit, text: string): string {
  if (edit.kind === 'sed') return runSed(edit.commands, text)
  const parts = edit.isWhole ? [text] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
  return parts.map((part) => edit.substitutions.reduce((all, one) => substituted(all, one), part)).join('')
}

/** Of empty matches among several, perl goes on by rules of its own. */
function substituted(text: string, {pattern, pieces, isGlobal}: Substitution): string {
  let result = ''
  let from = 0
  for (let at = 0; at <= text.length;) {
    const match = matchFrom(pattern, text, at)
    if (match === undefined) break
    if (isGlobal && match.end === match.start)
      throw new NotExact('its expression matches no text at all, too')
    result += text.slice(from, match.start) + replacementFor(pieces, match)
    from = match.end
    if (!isGlobal) break
    at = match.end
  }
  return result + text.slice(from)
}

/** Of letters beyond ASCII in the edit itself their bytes. */
function encoded(edit: FileEdit, encoding: 'latin1' | 'utf8'): FileEdit {
  if (encoding === 'utf8') return edit
  const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
  return JSON.parse(JSON.stringify(edit), (_, value: unknown) =>
    typeof value === 'string' ? bytes(value) : value,
  ) as FileEdit
}
