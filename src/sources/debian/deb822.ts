/** One stanza of a Debian control file: field name in lower case → value, its continuation lines as they stand. */
export type Stanza = ReadonlyMap<string, string>

/**
 * The fields of one stanza (deb822(5)). Undefined for text that is none: a line without a colon, a field twice, a
 * continuation of nothing.
 */
export function parseStanza(text: string): Stanza | undefined {
  const fields = new Map<string, string>()
  let last: string | undefined
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last === undefined) return undefined
      fields.set(last, `${fields.get(last) ?? ''}\n${line}`)
      continue
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).toLowerCase()
    if (!/^[!-9;-~]+$/.test(name) || fields.has(name)) return undefined
    fields.set(name, line.slice(colon + 1).trim())
    last = name
  }
  return fields.size === 0 ? undefined : fields
}

/** The stanzas of a control file, as text, while it comes; stanzas are set apart by empty lines. */
export async function* stanzasOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, {stream: true})).split(/\n[ \t\r]*\n+/)
    rest = parts.pop() ?? ''
    yield* parts
  }
  rest += decoder.decode()
  if (rest.trim() !== '') yield rest
}
