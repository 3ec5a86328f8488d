/** Characters of code that are shown. */
const longest = 90

/** Writes code in one line, cut where it is long. */
export function shortCode(text: string): string {
  const line = inOneLine(text)
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}

/** Characters that are shown before the first that differs, where all that is before it is the same. */
const lead = 20

/** Writes two pieces of code as shortCode does, so that what differs is to be seen. */
export function shortCodes(one: string, other: string): [string, string] {
  const [left, right] = [shortCode(one), shortCode(other)]
  const [all, others] = [inOneLine(one), inOneLine(other)]
  if (all === others || left !== right) return [left, right]
  let same = 0
  while (all[same] === others[same]) same += 1
  return [shortCode(`…${all.slice(same - lead)}`), shortCode(`…${others.slice(same - lead)}`)]
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
