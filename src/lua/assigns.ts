import {withoutAttributes} from './attributes.ts'
import {luaparse} from './luaparse.ts'

/** Tells whether a chunk assigns a global of this name; false for what is not valid Lua. */
export function assignsGlobal(bytes: Buffer, name: string): boolean {
  let found = false
  try {
    luaparse().parse(withoutAttributes(bytes.toString('latin1')).text, {
      luaVersion: '5.3',
      encodingMode: 'pseudo-latin1',
      comments: false,
      onCreateNode: (node) => {
        if (node.type !== 'AssignmentStatement') return
        found ||= node.variables.some((variable) => variable.type === 'Identifier' && variable.name === name)
      },
    })
  } catch {
    return false
  }
  return found
}
