/** An entry of a netrc file that names its host. */
export interface NetrcEntry {
  readonly machine: string
  readonly login: string
  readonly password: string
}

/**
 * The entries of a netrc file (https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html);
 * as curl has it, a word may stand in double quotes and `#` begins a comment. The first entry of a host counts.
 */
export function parseNetrc(text: string): NetrcEntry[] {
  const entries = new Map<string, {login: string; password: string}>()
  let current: {login: string; password: string} | undefined
  const words = wordsOf(withoutMacros(text))
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === 'default') current = {login: '', password: ''}
    if (word === undefined || !['machine', 'login', 'password', 'account'].includes(word)) continue
    at += 1
    const value = words[at] ?? ''
    if (word === 'machine') {
      current = {login: '', password: ''}
      const machine = value.toLowerCase()
      if (!entries.has(machine)) entries.set(machine, current)
    } else if (current !== undefined && word !== 'account') {
      current[word === 'login' ? 'login' : 'password'] = value
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

function wordsOf(text: string): string[] {
  const found = text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|(#[^\n]*)|(\S+)/g)
  return [...found].flatMap(([, quoted, comment, plain]) => {
    if (comment !== undefined) return []
    return [quoted?.replaceAll(/\\([\s\S])/g, '$1') ?? plain ?? '']
  })
}
