const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
}

/** Reads a name in double quotes as git and diff write it, one character a byte; undefined for what is none. */
export function unquotedName(text: string): string | undefined {
  const [, inside] = /^"((?:[^"\\]|\\.)*)"/.exec(text) ?? []
  if (inside === undefined) return undefined
  const name = inside.replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) => {
    if (code.length === 3) return String.fromCharCode(parseInt(code, 8) & 0xff)
    return letters[code] ?? '\0'
  })
  return name.includes('\0') ? undefined : name
}
