/** A variable that an env file sets. */
export interface EnvLine {
  readonly name: string
  readonly value: string
  /** From 1. */
  readonly line: number
}

/**
 * Reads an env file as Compose does: NAME=value a line, comments behind #, values in quotes over several lines; what is
 * replaced in values is left as it stands, and `computed` says so.
 */
export function readEnvFile(text: string): (EnvLine & {readonly computed: boolean})[] {
  const found: (EnvLine & {readonly computed: boolean})[] = []
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, rest = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(lines[at] ?? '') ?? []
    if (name === undefined) continue
    const line = at + 1
    const quote = /^["']/.exec(rest)?.[0]
    if (quote === undefined) {
      const value = rest.replace(/(?:^|\s+)#.*$/, '').trimEnd()
      found.push({name, value, line, computed: value.includes('$')})
      continue
    }
    let body = rest.slice(1)
    while (!closes(body, quote) && at + 1 < lines.length) {
      at += 1
      body += `\n${lines[at] ?? ''}`
    }
    const value = body.slice(0, endOf(body, quote))
    found.push({
      ...{name, line},
      value: quote === '"' ? unescaped(value) : value,
      computed: quote === '"' && /\$[\w{]/.test(value),
    })
  }
  return found
}

function closes(text: string, quote: string): boolean {
  return endOf(text, quote) !== text.length
}

/** Where the closing quote is; the text's length without one. */
function endOf(text: string, quote: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1
    else if (text[at] === quote) return at
  }
  return text.length
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_all, one: string) => ({n: '\n', r: '\r', t: '\t'})[one] ?? one)
}
