/** Quotes a word of a command line so that nothing in it means anything to a shell. */
export function shellWord(text: string): string {
  return /^[\w./@+:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
