/** Gives the offset of the brace that closes the one at an offset; undefined where none does. */
export function closingBrace(text: string, open: number): number | undefined {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{' && (at === open || text[at - 1] === '$')) depth++
    else if (text[at] === '}' && --depth === 0) return at
  }
  return undefined
}

/** Gives the offset of the quote that closes the one at an offset; undefined where there is none. */
export function quotedEnd(text: string, open: number, escape: string): number | undefined {
  const quote = text[open]
  if (quote !== '"' && quote !== "'") return undefined
  for (let at = open + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === escape) at++
    else if (text[at] === quote) return at
  }
  return undefined
}
