import {shownVersion} from '../text/shown-version.ts'
import type {ModuleOption} from '../facts/module-facts.ts'
import type {ModuleOptions, OptionsResult} from '../operations/options.ts'
import {visible} from '../plain-text.ts'
import {lines, placementText} from './common.ts'
import {filled} from './fill.ts'
import type {Room} from './room.ts'
import {widthOf} from './width.ts'

/** Writes options as Lua that changes nothing when it is pasted: all of it is comment. */
export function renderOptions({modules}: OptionsResult, {columns}: Pick<Room, 'columns'>): string {
  return lines(
    modules.flatMap((module, index) => [
      ...(index === 0 ? [] : ['']),
      ...moduleLines(module).flatMap((line) => commentLines(line, columns)),
    ]),
  )
}

/** Folds a comment that is prose; a value goes on a line as it is, for Lua has to read it. */
function commentLines(line: string, columns: number): string[] {
  if (widthOf(line) <= columns || line.includes(' = ')) return [line]
  const [, ...words] = line.split(' ')
  return filled(words, (row) => columns - (row === 0 ? 3 : 5)).map(
    (part, index) => `--${index === 0 ? ' ' : '   '}${part}`,
  )
}

function moduleLines({module, version, placement, options, readme, warnings}: ModuleOptions): string[] {
  const name = module.slice(module.indexOf('/') + 1)
  const title = `-- ${visible(module)}${version === 'local' ? '' : ` ${visible(shownVersion(version))}`}`
  const about = [
    ...(typeof readme?.summary !== 'string' ? [] : [`-- ${oneLine(readme.summary)}`]),
    ...warnings.map((warning) => `-- warning: ${oneLine(warning)}`),
  ]
  const where = placement === null ? [] : [`-- enable: ${placementText(name, placement)}`]
  const settable = options.filter((option) => option.on === 'module' && isSettable(option))
  const told = new Set(settable.map((option) => option.name))
  const others = options.filter((option) => option.name === null || !told.has(option.name))
  if (options.length === 0) return [title, ...about, ...where, '-- It reads no options.']
  return [
    title,
    ...about,
    ...where,
    ...settable.flatMap((option) => ['', ...settableLines(option)]),
    ...(others.length === 0 ? [] : ['', '-- It also reads, by a computed name or for another host:']),
    ...others.map((option) => `-- * ${oneLine(option.name ?? option.text)} (${kindText(option)})`),
  ]
}

function settableLines(option: ModuleOption): string[] {
  const {name, values} = option
  const value = (option.default?.computed === false ? option.default.text : emptyValue(option)).split('\n')
  return [
    `-- ${kindText(option)}`,
    ...(option.default?.computed === true ? [`-- default: computed, ${oneLine(option.default.text)}`] : []),
    ...(option.default === null ? ['-- no default'] : []),
    ...(values.length === 0 ? [] : [`-- one of ${values.map(oneLine).join(', ')}`]),
    ...value.map((line, index) => `-- ${index === 0 ? `${name ?? ''} = ` : ''}${visible(line)}`),
  ]
}

/** `number or string; mod_x.lua:12` */
function kindText({types, places}: ModuleOption): string {
  const [first] = places
  const more = places.length > 1 ? ` and ${places.length - 1} more` : ''
  const at = first === undefined ? '' : `; ${visible(first.file)}:${first.line}${more}`
  return `${types.map((type) => (type === 'any' ? 'any value' : type)).join(' or ')}${at}`
}

/** A value of the option's type, to be replaced. */
function emptyValue(option: ModuleOption): string {
  switch (option.types[0]) {
    case 'any':
      return option.default?.text.startsWith('{') === true ? '{}' : 'nil'

    case 'number':
    case 'integer':
      return '0'
    case 'boolean':
      return 'false'
    case 'array':
    case 'set':
      return '{}'
    default:
      return '""'
  }
}

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

/** Options are set by assignment, so only names of Lua can be. */
function isSettable({name}: ModuleOption): boolean {
  return name !== null && /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name)
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return visible(line.length > 100 ? `${line.slice(0, 97)}...` : line)
}
