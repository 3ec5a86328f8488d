/** Operators that compare, each with the one that gives the opposite. */
export const replacements: ReadonlyMap<string, string> = new Map([
  ['~=', '=='],
  ['==', '~='],
  ['>', '<='],
  ['>=', '<'],
  ['<', '>='],
  ['<=', '>'],
])
