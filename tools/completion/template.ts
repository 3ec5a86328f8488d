import {readFileSync} from 'node:fs'

/**
 * Returns the script of a shell from its template, where `@name@` alone on a line stands for lines that get its indent,
 * and elsewhere for words.
 * @param parts what stands for each name; a place without a part, and a part without a place, are errors
 */
export function filled(shell: string, parts: Readonly<Record<string, string | readonly string[]>>): string {
  const left = new Set(Object.keys(parts))
  const take = (name: string): string | readonly string[] => {
    const part = parts[name]
    if (part === undefined) throw new Error(`completion for ${shell}: expected a part ${name}`)
    left.delete(name)
    return part
  }
  const lines = readFileSync(new URL(`template.${shell}`, import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', name] = /^( *)@(\w+)@$/.exec(line) ?? []
      if (name !== undefined) return [take(name)].flat().map((one) => indent + one)
      return line.replaceAll(/@(\w+)@/g, (_, part: string) => [take(part)].flat().join(' '))
    })
  if (left.size > 0) throw new Error(`completion for ${shell}: expected a place for ${[...left].join(', ')}`)
  return lines.join('\n')
}
