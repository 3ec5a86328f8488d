/**
 * Characters that steer a terminal, turn the direction of a text or hide in it: controls, format characters, separators
 * of lines and paragraphs, halves of characters. As classes of a regular expression; the schemas spell them out, too.
 */
export const steering = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}`
/** Joins letters of a word and parts of a picture. */
const joiners = String.raw`\u200c\u200d`

/** Nearly all text is so, and has nothing that the classes look for; V8 makes their tables when they are first used. */
const plain = /^[\n -~]*$/

// Ends of lines and tabs lay out what we print; a return before the end of a line moves nothing.
const outOfLayout = lazily(String.raw`(?![\n\t${joiners}]|\r\n)[${steering}]`, 'gu')
const outOfLine = lazily(`(?![${joiners}])[${steering}]`, 'gu')
const inJson = lazily(String.raw`(?!\n)[${steering}]`, 'gu')
const anywhere = lazily(`[${steering}]`, 'u')

function lazily(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined
  return () => (made ??= new RegExp(source, flags))
}

/**
 * Writes text of any origin as a person may get it: what could steer a terminal is spelled out, lines and tabs stay.
 */
export function visible(text: string): string {
  return plain.test(text) ? text : text.replace(outOfLayout(), spelledOut)
}

/** Writes text of any origin as part of one line: ends of lines and tabs are spelled out, too. */
export function inLine(text: string): string {
  if (plain.test(text) && !text.includes('\n')) return text
  return text.replace(outOfLine(), (character) => shortNames.get(character) ?? spelledOut(character))
}

/** Writes a value as JSON, with characters that steer a terminal as JSON's own escapes. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent)
  if (plain.test(text)) return text
  return text.replace(inJson(), (character) =>
    Array.from({length: character.length}, (_, at) => unit(character.charCodeAt(at))).join(''),
  )
}

/** Tells whether text is a line of something that is seen. */
export function isLine(text: string): boolean {
  return text.trim() !== '' && (plain.test(text) ? !text.includes('\n') : !anywhere().test(text))
}

const shortNames: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
])

function spelledOut(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}
