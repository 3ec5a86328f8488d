/** Letters behind a backslash that mean the same to sed and perl, as an expression of here that knows no Unicode. */
export const commonEscapes: Readonly<Record<string, string>> = {
  b: String.raw`\b`,
  B: String.raw`\B`,
  n: String.raw`\n`,
  s: String.raw`[ \t\n\v\f\r]`,
  S: String.raw`[^ \t\n\v\f\r]`,
  t: String.raw`\t`,
  w: '[A-Za-z0-9_]',
  W: '[^A-Za-z0-9_]',
}
