/**
 * Writes a line of an env file that Compose, Docker and a shell read as this value: bare where nothing in it means
 * anything, else in quotes.
 */
export function envLine(name: string, value: string): string {
  if (/^[\w.,:/@%+-]*$/.test(value)) return `${name}=${value}`
  if (!/['\n\r]/.test(value)) return `${name}='${value}'`
  const escaped = value
    .replace(/[\\"$`]/g, (one) => `\\${one}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
  return `${name}="${escaped}"`
}
