import {bareName} from '../module-name.ts'

/** A spec that somebody may have meant who writes as another package manager has it. */
export interface MeantSpec {
  readonly spec: string
  /** What is different here. */
  readonly reason: string
}

const name = String.raw`(?:[a-z0-9][\w-]*\/)?(?:[a-z0-9][\w-]*|\*)`
const operators = new RegExp(String.raw`^(${name})\s*(===?|~=|~>|>=|<=|[=<>^~]|:(?=v?\d))\s*([\w*].*)$`, 'i')
const luaFile = new RegExp(String.raw`^((?:${name.replace(String.raw`|\*`, '')}))\.lua(@.+)?$`, 'i')

/**
 * Finds what is meant by a version behind an operator (`x==1`, `x>=1`, as uv, luarocks and npm have it) and by the name of
 * a file (`mod_x.lua`); undefined for anything else.
 */
export function meantBy(text: string): MeantSpec | undefined {
  const [, module = '', operator = '', version = ''] = operators.exec(text) ?? []
  if (module !== '') {
    const range = ranges[operator] ?? operator
    return {spec: `${module}@${range}${version}`, reason: 'a version or a range stands behind an @'}
  }
  const [, file = '', behind = ''] = luaFile.exec(text) ?? []
  if (file === '') return undefined
  const [bare = '', source] = file.split('/').reverse()
  const spec = `${source === undefined ? '' : `${source}/`}${bareName(bare)}${behind}`
  return {spec, reason: 'a module is named without .lua, and a file of yours by its path'}
}

/** How we write them; the others are the same. */
const ranges: Readonly<Record<string, string>> = {'=': '', '==': '', '===': '', ':': '', '~=': '~', '~>': '~'}
