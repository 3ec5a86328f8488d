/** Writes a text as a Lua string literal that means exactly this text, whatever it holds. */
export function luaString(text: string): string {
  const escaped = text.replace(/[\\"\u0000-\u001f\u007f]/g, (char) => {
    if (char === '\\' || char === '"') return `\\${char}`
    if (char === '\n') return '\\n'
    // Three digits, so that a digit behind it is not taken for a part of the escape.
    return `\\${String(char.charCodeAt(0)).padStart(3, '0')}`
  })
  return `"${escaped}"`
}
