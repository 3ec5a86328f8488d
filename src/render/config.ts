import type {ConfigResult, ConfigValue, Setting} from '../operations/config/types.ts'
import {visible} from '../plain-text.ts'
import {out as pc} from './colours.ts'
import {lines} from './common.ts'
import {hanging} from './prose.ts'
import type {Room} from './room.ts'
import {widthOf} from './width.ts'

/** Writes for people every setting, its value, and where that comes from. */
export function renderConfig({project, settings}: ConfigResult, {columns}: Pick<Room, 'columns'>): string {
  const rows = settings.map(rowOf)
  const name = widest(rows.map(({key}) => key).filter((key) => widthOf(key) <= mostName))
  // Rows that have no room for all of it put where it comes from below, and are no measure for the others.
  const value = widest(
    rows
      .filter((row) => name + widthOf(row.shown) + widthOf(row.origin) + 4 <= columns)
      .map(({shown}) => shown),
  )
  return lines(
    rows.flatMap((row) => rowLines(row, {name, value, columns})),
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

/** Columns that names are laid out in at most; a longer one stands on a line of its own. */
const mostName = 26

interface SettingRow {
  readonly key: string
  readonly shown: string
  readonly origin: string
  readonly isDefault: boolean
}

function rowOf({key, value, from, where}: Setting): SettingRow {
  const isDefault = from === 'default'
  const origin = isDefault || from === where ? from : `${from}: ${where ?? ''}`
  return {key, shown: visible(valueText(value)), origin, isDefault}
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, widthOf(text)), 0)
}

function rowLines(
  {key, shown, origin, isDefault}: SettingRow,
  {name, value, columns}: {readonly name: number; readonly value: number; readonly columns: number},
): string[] {
  const style = isDefault ? pc.dim : (text: string) => text
  const margin = ' '.repeat(name + gap)
  const isLong = widthOf(key) > name
  const front = isLong ? margin : style(key) + ' '.repeat(name - widthOf(key) + gap)
  const room = columns - name - gap
  const isWhole = Math.max(value, widthOf(shown)) + gap + widthOf(origin) <= room
  const rest = isWhole
    ? [`${front}${style(shown)}${' '.repeat(Math.max(0, value - widthOf(shown)) + gap)}${pc.dim(origin)}`]
    : [...hanging(front, style(shown), columns), ...hanging(margin, pc.dim(origin), columns)]
  return isLong ? [style(key), ...rest] : rest
}

const gap = 2

function valueText(value: ConfigValue): string {
  if (value === null) return '(not set)'
  if (typeof value !== 'object') return String(value)
  return value.length === 0 ? '(none)' : value.join(', ')
}
