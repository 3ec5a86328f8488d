import type {ConfigResult, ConfigValue, Setting} from '../operations/config/types.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {lines} from './common.ts'
import type {Room} from './room.ts'
import {widthOf} from './width.ts'

/** Writes for people every setting, its value, and where that comes from. */
export function renderConfig({project, settings}: ConfigResult, {columns}: Pick<Room, 'columns'>): string {
  const wide = [
    Math.min(most.name, Math.max(...settings.map(({key}) => widthOf(key)))),
    Math.min(most.value, Math.max(...settings.map(({value}) => widthOf(visible(valueText(value)))))),
  ] as const
  return lines(
    settings.flatMap((one) => settingLines(one, {wide, columns})),
    '',
    project === null
      ? 'no project here: what a manifest sets is left out'
      : `project ${visible(project)}; what is dim is a default`,
  )
}

/** Writes one value as scripts take it: a list with a line for each. */
export function renderSetting({value}: Setting): string {
  if (value === null) return ''
  return typeof value === 'object' ? lines(value.map(visible)) : `${visible(String(value))}\n`
}

/** Columns that names and values are laid out in at most; longer ones run on. */
const most = {name: 26, value: 36} as const

function settingLines(
  {key, value, from, where}: Setting,
  {wide, columns}: {readonly wide: readonly [number, number]; readonly columns: number},
): string[] {
  const name = key + ' '.repeat(Math.max(0, wide[0] - widthOf(key)))
  const origin = pc.dim(from === 'default' ? 'default' : from === where ? from : `${from}: ${where ?? ''}`)
  const shown = visible(valueText(value))
  const text = from === 'default' ? pc.dim(shown) : shown
  const space = ' '.repeat(Math.max(0, wide[1] - widthOf(shown)))
  const line = `${from === 'default' ? pc.dim(name) : name}  ${text}${space}  ${origin}`
  if (widthOf(line) <= columns) return [line]
  const both = `    ${text}  ${origin}`
  const below = widthOf(both) <= columns ? [both] : [`    ${text}`, `    ${origin}`]
  return [name.trimEnd(), ...below]
}

function valueText(value: ConfigValue): string {
  if (value === null) return '(not set)'
  if (typeof value !== 'object') return String(value)
  return value.length === 0 ? '(none)' : value.join(', ')
}
