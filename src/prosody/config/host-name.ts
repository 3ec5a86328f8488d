/**
 * Prepares the name of a host as Prosody does (RFC 3491, nameprep), as far as names are written by people: undefined
 * for one that it refuses.
 */
export function prepared(name: string): string | undefined {
  if (/^[\x21-\x7e]*$/.test(name)) return name.toLowerCase()
  // Control characters and blanks beyond ASCII are forbidden; a plain blank and DEL are not (RFC 3454, C.1.1, C.2.1).
  const made = name.normalize('NFKC').toLowerCase().normalize('NFKC')
  return /[\x80-\x9f\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufffd]/.test(made)
    ? undefined
    : made
}
