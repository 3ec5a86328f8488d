/** A word of a command line: nothing in it means anything to a shell. */
export function shellWord(text: string): string {
  return /^[\w./@+:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
