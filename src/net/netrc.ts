/** An entry of a netrc file that names its host. */
export interface NetrcEntry {
  readonly machine: string
  readonly login: string
  readonly password: string
}

const keywords = ['machine', 'login', 'password', 'account']

/**
 * Reads the entries of a netrc file (https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html);
 * as curl has it, a word may stand in double quotes, and `#` begins a comment where no value is expected. A value
 * stands on the line of its keyword: what is missing at the end of a line is empty and never the beginning of the next
 * one, which may be another host's entry. The first entry of a host counts.
 */
export function parseNetrc(text: string): NetrcEntry[] {
  const entries = new Map<string, {login: string; password: string}>()
  let current: {login: string; password: string} | undefined
  for (const line of withoutMacros(text).split('\n')) {
    const words = wordsOf(line)
    for (let word = words.shift(); word !== undefined && !word.startsWith('#'); word = words.shift()) {
      if (word === 'default') current = {login: '', password: ''}
      if (!keywords.includes(word)) continue
      const value = words.shift() ?? ''
      if (word === 'machine') {
        current = {login: '', password: ''}
        const machine = value.toLowerCase()
        if (!entries.has(machine)) entries.set(machine, current)
      } else if (current !== undefined && word !== 'account') {
        current[word === 'login' ? 'login' : 'password'] = value
      }
    }
  }
  return [...entries]
    .filter(([machine, {login, password}]) => machine !== '' && (login !== '' || password !== ''))
    .map(([machine, entry]) => ({machine, ...entry}))
}

/** A macro ends at the first empty line. */
function withoutMacros(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/^[ \t]*macdef\b[\s\S]*?(?:\n[ \t]*\n|$(?![\s\S]))/gm, '')
}

function wordsOf(line: string): string[] {
  const found = line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)
  return [...found].map(([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '')
}
