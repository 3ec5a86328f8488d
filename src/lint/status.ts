import type {Node} from './standards.ts'

/** What a standard says of a global and the fields behind it. */
export function statusOf(
  names: readonly (string | boolean)[],
  std: Node,
): 'undefined' | 'read-only' | 'global' {
  let node = std
  let readOnly = true
  for (const name of names) {
    if (typeof name === 'string') {
      const field = node.fields?.get(name)
      if (field === undefined) {
        if (node.otherFields === true) break
        return 'undefined'
      }
      node = field
      readOnly = node.readOnly ?? readOnly
    } else if (name) {
      if ((node.fields?.size ?? 0) === 0 && node.otherFields !== true) return 'undefined'
      readOnly = node.deepReadOnly === true
      break
    } else {
      if (node.otherFields !== true) return 'undefined'
      break
    }
  }
  return readOnly ? 'read-only' : 'global'
}
