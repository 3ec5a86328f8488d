import type {Key} from '../luacheck/model.ts'
import type {Node} from './standards.ts'

interface GlobalPath {
  readonly name: string
  readonly keys: readonly Key[]
}

/** Tells what a standard says of a global and the fields behind it. */
export function statusOf({name, keys}: GlobalPath, std: Node): 'undefined' | 'read-only' | 'global' {
  const first = std.fields?.get(name)
  if (first === undefined) return std.otherFields === true ? 'read-only' : 'undefined'
  let node = first
  let readOnly = node.readOnly ?? true
  if (keys.length === 0) return readOnly ? 'read-only' : 'global'
  for (const key of keys) {
    if (typeof key === 'string') {
      const field = node.fields?.get(key)
      if (field === undefined) {
        if (node.otherFields === true) break
        return 'undefined'
      }
      node = field
      readOnly = node.readOnly ?? readOnly
    } else if (key) {
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
