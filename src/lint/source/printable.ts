/** Writes bytes as luacheck shows them: what is no printable character is spelled out. */
export function printable(bytes: string): string {
  if (!/[^ -~]/.test(bytes)) return bytes
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(Buffer.from(bytes, 'latin1'))
    return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\p{Co}]/gu, escaped)
  } catch {
    return bytes.replace(/[^ -~]/g, escaped)
  }
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`
}
