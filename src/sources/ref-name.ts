/** Tells whether a text may be the name of a branch or a tag (git-check-ref-format(1)) and no range. */
export function isRefName(text: string): boolean {
  return /^\w[\w./+-]*$/.test(text) && !/\.\.|\/\/|\/\.|[./]$|\.lock$/.test(text)
}
