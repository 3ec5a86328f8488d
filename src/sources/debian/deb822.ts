/**
 * One stanza that a Debian control file has: values by field name in lower case, their continuation lines as they
 * stand.
 */
export type Stanza = ReadonlyMap<string, string>

/**
 * Reads the fields of one stanza (deb822(5)). Undefined for text that is none: a line without a colon, a field twice, a
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

/** A stanza of Debian's has some kilobytes; of all unpacked packages lists the largest has 60 MB. */
const maxStanza = 1024 * 1024
const maxTotal = 128 * 1024 * 1024

/**
 * Yields the stanzas of a control file, as text, while it comes; stanzas are set apart by empty lines. Throws
 * RangeError for one that does not end, and for a file that does not.
 * @param most bytes of the whole file, where they are known
 */
export async function* stanzasOf(chunks: AsyncIterable<Buffer>, most = maxTotal): AsyncGenerator<string> {
  const bound = Math.min(most, maxTotal)
  const decoder = new TextDecoder()
  let lines: string[] = []
  let length = 0
  let total = 0
  let rest = ''
  for await (const chunk of chunks) {
    total += chunk.length
    // Before its lines are looked at: those of a flood take longer than its unpacking.
    if (total > bound) throw new RangeError(`more than ${bound} bytes`)
    const parts = decoder
      .decode(chunk, {stream: true})
      .replaceAll(/\n{3,}/g, '\n\n')
      .split('\n')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      const line = rest + part
      rest = ''
      length += line.length
      if (line.trim() !== '') lines.push(line)
      else if (lines.length > 0) {
        yield lines.join('\n')
        lines = []
        length = 0
      }
    }
    rest += last
    if (length + rest.length > maxStanza) throw new RangeError(`a stanza of more than ${maxStanza} bytes`)
  }
  lines.push(rest + decoder.decode())
  const end = lines.join('\n')
  if (end.trim() !== '') yield end
}
