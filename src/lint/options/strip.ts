/**
 * Strips white space, as Lua has it, from both ends of a text; a pattern for the end would be tried at every blank
 * inside.
 */
export function strip(text: string): string {
  const blank = ' \t\n\v\f\r'
  let start = 0
  let end = text.length
  while (start < end && blank.includes(text.charAt(start))) start += 1
  while (end > start && blank.includes(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}
