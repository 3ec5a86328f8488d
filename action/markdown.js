/** GitHub shows no summary of a step that has more than 1024 kB. */
export const summaryBytes = 1_000_000

/** GitHub takes no comment, and no body of a pull request, of more than 65,536 characters. */
export const bodyCharacters = 60_000

/**
 * Puts text as it is into Markdown: with a fence that is longer than any in it.
 * @param {string} text
 */
export function fenced(text) {
  let longest = 2
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text.replace(/\n+$/, '')}\n${fence}\n`
}

/**
 * Cuts Markdown at the end of a line, and says that it did. What was open is closed: fences, and details.
 * @param {string} text
 * @param {number} limit how long it may be at most
 * @param {(text: string) => number} [lengthOf] by default in characters, as UTF-16 counts them
 */
export function cutTo(text, limit, lengthOf = (part) => part.length) {
  if (lengthOf(text) <= limit) return text
  const lines = text.split('\n')
  const room = limit - 1000
  let [kept, length] = [0, 0]
  while (kept < lines.length && length + lengthOf(lines[kept]) + 1 <= room) {
    length += lengthOf(lines[kept]) + 1
    kept += 1
  }
  const part = lines.slice(0, kept)
  const note = `_Cut here: ${lines.length - kept} more lines. The log of the job has all of it._`
  return [...part, ...closing(part), '', note, ''].join('\n')
}

/** What ends a fence and the details that are open at the end of some lines. */
function closing(lines) {
  let [fence, details] = ['', 0]
  for (const line of lines) {
    const [ticks = ''] = /^`{3,}/.exec(line) ?? []
    if (fence !== '') {
      if (ticks.length >= fence.length && line === ticks) fence = ''
      continue
    }
    if (ticks !== '') fence = ticks
    details += (line.match(/<details[ >]/g) ?? []).length - (line.match(/<\/details>/g) ?? []).length
  }
  // More than a few can't be meant.
  const ends = Array(Math.min(20, Math.max(0, details))).fill('</details>')
  return [...(fence === '' ? [] : [fence]), ...(ends.length === 0 ? [] : ['', ...ends])]
}
